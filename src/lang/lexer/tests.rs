//! One language after the other.

use super::*;
use crate::lang::Context;

/// `a/b/name = value`, one for each binding.
fn read(dialect: Dialect, text: &str) -> Vec<String> {
    let shown = |it: Binding| {
        let mut names = it.path;
        names.push(it.name);
        format!("{} = {}", names.join("/"), it.value.of(text).unwrap())
    };
    bindings(dialect, text).into_iter().map(shown).collect()
}

fn contexts(dialect: Dialect, text: &str) -> Vec<Context> {
    bindings(dialect, text)
        .into_iter()
        .map(|it| it.context)
        .collect()
}

#[test]
fn go_is_read() {
    let text = "a := \"one\" // b := \"no\"\nvar c string = `two`\nconst (\n\tD = \"three\"\n)\n\
                x := T{E: \"four\", F: 'g'}\nm[\"h\"] = \"five\"\nos.Setenv(\"I\", \"six\")\n\
                k := []byte(\"seven\")\nif l == \"eight\" {}\n";
    let expected = [
        "a = one",
        "c = two",
        "D = three",
        "E = four",
        "h = five",
        "Setenv/I = six",
        "k = seven",
        "l = eight",
    ];
    assert_eq!(read(Dialect::Go, text), expected);
}

#[test]
fn java_is_read() {
    let text = "private static final String A = \"one\"; /* B = \"no\" */ char q = '\"';\n\
                this.c = \"two\";\nx.setPassword(\"three\");\nprops.put(\"d\", \"four\");\n\
                @V(e = \"five\")\nf = new String(\"six\");\ng.equals(\"seven\");\n\
                h().token(\"eight\");\nString i = x ? \"y\" : \"z\";\n";
    let expected = [
        "A = one",
        "this/c = two",
        "setPassword/Password = three",
        "put/d = four",
        "V/e = five",
        "f = six",
        "g = seven",
        "token = eight",
    ];
    assert_eq!(read(Dialect::Java, text), expected);
}

#[test]
fn kotlin_is_read() {
    let text = "val a: String? = \"one\"\nf(b = \"two\")\nmapOf(\"c\" to \"three\")\n";
    assert_eq!(
        read(Dialect::Kotlin, text),
        ["a = one", "f/b = two", "c = three"]
    );
}

#[test]
fn swift_is_read() {
    let text = "let a: String = \"one\"\nf(b: \"two\")\nlet c = [\"d\": \"three\"]\n";
    assert_eq!(
        read(Dialect::Swift, text),
        ["a = one", "f/b = two", "d = three"]
    );
}

#[test]
fn rust_is_read() {
    let text = "const A: &'static str = \"one\"; let b = r#\"two\"#; X { c: \"three\".into() }\n\
                let d: Option<String> = Some(\"four\".into()); let e = 'x'; f = String::from(\"five\");";
    let expected = ["A = one", "b = two", "c = three", "d = four", "f = five"];
    assert_eq!(read(Dialect::Rust, text), expected);
}

#[test]
fn c_is_read() {
    let text = "#define A \"one\"\nconst char b[] = \"two\"; char c[32] = L\"three\";\n\
                std::string d(\"four\"), e = R\"x(fi)ve)x\";\nNSString *f = @\"six\";\n\
                auto g = std::string{\"6\"}; return h(\"no\"); i->j = \"seven\";\n";
    let expected = [
        "A = one",
        "b = two",
        "c = three",
        "d = four",
        "e = fi)ve",
        "f = six",
        "g = 6",
        "i/j = seven",
    ];
    assert_eq!(read(Dialect::C, text), expected);
}

#[test]
fn c_sharp_is_read() {
    let text = "var a = @\"o\"\"ne\"; const string B = $\"two\"; f(c: \"three\");\n\
                new X { D = \"four\" };\ne[\"f\"] = \"\"\"five\"\"\";\n";
    let expected = [
        "a = o\"\"ne",
        "B = two",
        "f/c = three",
        "D = four",
        "f = five",
    ];
    assert_eq!(read(Dialect::CSharp, text), expected);
}

#[test]
fn php_is_read() {
    let text = "<?php\n$a = 'one'; # $b = 'no';\n$x = ['c' => \"two\"];\ndefine('D', 'three');\n\
                $e['f'] = 'four';\n'g' => env('H', 'five'),\n$this->i = <<<EOT\nsix\nEOT;\n";
    let expected = [
        "a = one",
        "c = two",
        "define/D = three",
        "f = four",
        "env/H = five",
        "this/i = six",
    ];
    assert_eq!(read(Dialect::Php, text), expected);
    assert!(contexts(Dialect::Php, text).contains(&Context::EnvDefault));
}

#[test]
fn ruby_is_read() {
    let text = "a = 'one' # b = 'no'\n{ :c => \"two\", d: 'three', 'e' => 'four' }\n@f = 'five'\n\
                set :g, 'six'\nENV['H'] = 'seven'\nENV.fetch('I', 'eight')\nj = ENV['K'] || 'nine'\n\
                l = %q(ten)\nm = <<~EOS\n  eleven\nEOS\n";
    let expected = [
        "a = one",
        "c = two",
        "d = three",
        "e = four",
        "f = five",
        "set/g = six",
        "H = seven",
        "fetch/I = eight",
        "j = nine",
        "l = ten",
        "m =   eleven",
    ];
    assert_eq!(read(Dialect::Ruby, text), expected);
    assert!(contexts(Dialect::Ruby, text).contains(&Context::Fallback));
}

#[test]
fn perl_is_read() {
    let text = "my $a = 'one';\n%x = (b => 'two');\n$c{d} = q{three};\nif ($e eq 'four') {}\n";
    assert_eq!(
        read(Dialect::Perl, text),
        ["a = one", "b = two", "d = three", "e = four"]
    );
}

#[test]
fn lua_is_read() {
    let text = "local a = \"one\" -- b = \"no\"\nt = { c = 'two', [\"d\"] = [[three]] }\n--[[ e = 'no'\n]]";
    assert_eq!(
        read(Dialect::Lua, text),
        ["a = one", "c = two", "d = three"]
    );
}

#[test]
fn sql_is_read() {
    let text = "CREATE USER a PASSWORD 'one'; -- PASSWORD 'no'\nALTER USER b IDENTIFIED BY 'two';\n\
                CREATE LOGIN c WITH PASSWORD = N'th''ree';\nSET PASSWORD FOR d = PASSWORD('iv');\n\
                UPDATE u SET e = 'five'";
    let expected = [
        "PASSWORD = one",
        "password = two",
        "PASSWORD = th''ree",
        "PASSWORD = iv",
        "e = five",
    ];
    assert_eq!(read(Dialect::Sql, text), expected);
}

#[test]
fn power_shell_is_read() {
    let text = "$a = \"on`\"e\" # $b = 'no'\n$env:C = 'two'\nf -Password \"three\"\n@{ D = 'four' }\n\
                $e = ConvertTo-SecureString \"five\" -AsPlainText\n$g = @'\nsix\n'@\n\
                f -Key (ConvertTo-SecureString -String 'seven' -Force)\n";
    let expected = [
        "a = on`\"e",
        "C = two",
        "Password = three",
        "D = four",
        "e = five",
        "g = six",
        "Key = seven",
    ];
    assert_eq!(read(Dialect::PowerShell, text), expected);
}

#[test]
fn batch_is_read() {
    let text = "set A=one\r\nset \"B=two\"\r\nREM set C=no\r\nx --password three\r\n";
    let shown = read(Dialect::Batch, text);
    for expected in ["A = one", "B = two", "password = three"] {
        assert!(shown.contains(&expected.to_owned()), "{shown:?}");
    }
}

#[test]
fn groovy_is_read() {
    let text = "storePassword 'one'\next.a = \"two\"\nc = [d: '''three''']\n";
    assert_eq!(
        read(Dialect::Groovy, text),
        ["storePassword = one", "ext/a = two", "d = three"]
    );
    assert_eq!(
        read(Dialect::Hash, "a <- \"one\" # b <- \"no\"\n"),
        ["a = one"]
    );
    let dart = "final a = r'one';\nf(b: \"two\");\n";
    assert_eq!(read(Dialect::Dart, dart), ["a = one", "f/b = two"]);
    let elixir = "config :a, B, key: \"one\", password: \"\"\"\ntwo\n\"\"\"\n%{:c => \"three\"}";
    assert_eq!(
        read(Dialect::Elixir, elixir),
        ["key = one", "password = \ntwo\n", "c = three"]
    );
    assert_eq!(
        read(
            Dialect::Basic,
            "Dim a As String = \"o\"\"ne\" ' b = \"no\"\n"
        ),
        ["a = o\"\"ne"]
    );
    assert_eq!(
        read(Dialect::Other, "a = \"one\" -- b = \"no\"\n"),
        ["a = one"]
    );
}

#[test]
fn scripts_of_components_are_read() {
    let text = "<template><p a=\"one\">it's</p></template>\n<script lang='ts'>\n\
                const b: string = 'two'; const c = { d: `three` };\n</script>";
    let shown = read(Dialect::Component, text);
    for expected in ["b = two", "d = three"] {
        assert!(shown.contains(&expected.to_owned()), "{shown:?}");
    }
}

#[test]
fn the_place_of_an_argument_tells_what_it_is() {
    let text = "r.SetBasicAuth(\"admin\", \"one\")\nflag.String(\"a\", \"two\", \"help\")\n\
                flag.StringVar(&x, \"b\", \"three\", \"\")";
    let shown = read(Dialect::Go, text);
    for expected in ["password = one", "String/a = two", "StringVar/b = three"] {
        assert!(shown.contains(&expected.to_owned()), "{shown:?}");
    }
    assert_eq!(
        read(Dialect::Go, "a := flag.String(\"b\", \"\", \"help\")"),
        [""; 0]
    );
    let gradle = "buildConfigField \"String\", \"A\", \"\\\"one\\\"\"\n";
    assert_eq!(
        read(Dialect::Groovy, gradle).last().unwrap(),
        "buildConfigField/A = one"
    );
}

#[test]
fn several_values_belong_to_several_names() {
    assert_eq!(
        read(Dialect::Go, "a, b := \"one\", \"two\"\n"),
        ["a = one", "b = two"]
    );
    let call = "f(a, b = \"one\", \"two\")";
    assert_eq!(read(Dialect::Ruby, call), ["f/b = one"]);
}

#[test]
fn the_last_resort_is_bound_to_what_it_is_for() {
    let rust = "let a = env(\"X\").unwrap_or_else(|_| \"one\".into());";
    assert_eq!(read(Dialect::Rust, rust).last().unwrap(), "a = one");
    let text = "@Value(\"${db.password:one}\") String x;";
    assert_eq!(read(Dialect::Java, text), ["password = one"]);
    assert_eq!(contexts(Dialect::Java, text), [Context::EnvDefault]);
}

#[test]
fn a_call_that_looks_up_a_name_is_no_value() {
    let text = "a = get(\"one\"); b = os.Getenv(\"two\"); c(\"three\"); d = e[\"four\"]";
    assert_eq!(read(Dialect::Go, text), [""; 0]);
}

#[test]
fn the_other_side_of_a_comparison_is_bound() {
    let text = "if a == \"one\" || \"two\" != b.c {}";
    let shown = read(Dialect::Go, text);
    assert!(shown.contains(&"a = one".to_owned()), "{shown:?}");
    assert!(shown.contains(&"c = two".to_owned()), "{shown:?}");
    assert_eq!(contexts(Dialect::Go, text)[0], Context::Comparison);
}

#[test]
fn a_quote_that_stays_open_ends_with_its_line() {
    assert_eq!(read(Dialect::Java, "a = \"one\nb = \"two\"\n"), ["b = two"]);
    assert_eq!(
        read(Dialect::Rust, "fn f<'a>(x: &'a str) { b = \"two\" }"),
        ["b = two"]
    );
}

#[test]
fn depth_is_survived() {
    let text = "(".repeat(100_000) + "a = \"one\"" + &")".repeat(100_000);
    assert_eq!(
        read(Dialect::Java, &format!("{text}; b = \"two\";"))
            .last()
            .unwrap(),
        "b = two"
    );
}
