use super::import::check;

#[test]
fn without_imports_it_follows_the_prologue() {
    check(&[
        (
            "K = os.environ['K']\n",
            "from shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "\nK = os.environ['K']",
            "from shield_secrets import get_secret\n\nK = get_secret(\"K\")",
        ),
        (
            "\"\"\"Doc.\"\"\"\nK = os.environ['K']\n",
            "\"\"\"Doc.\"\"\"\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "\"\"\"Doc.\"\"\"\n\nK = os.environ['K']\n",
            "\"\"\"Doc.\"\"\"\n\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "'''Doc.\n'''\n\n\nK = os.environ['K']\n",
            "'''Doc.\n'''\n\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "('doc')\nK = os.environ['K']\n",
            "('doc')\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "'doc'\n'not doc'\nK = os.environ['K']\n",
            "'doc'\nfrom shield_secrets import get_secret\n\n'not doc'\nK = get_secret(\"K\")\n",
        ),
        (
            "'doc'\\\n\nK = os.environ['K']\n",
            "'doc'\\\n\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "from __future__ import annotations\nK = os.environ['K']\n",
            "from __future__ import annotations\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "from __future__ import annotations\n\nK = os.environ['K']\n",
            "from __future__ import annotations\n\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "'doc'\nfrom __future__ import a\nfrom __future__ import (\n  b,\n)  # c\nK = os.environ['K']\n",
            "'doc'\nfrom __future__ import a\nfrom __future__ import (\n  b,\n)  # c\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
    ]);
}

#[test]
fn the_first_comments_stay_first() {
    check(&[
        (
            "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n'doc'\nK = os.environ['K']\n",
            "#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\n'doc'\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "#!/usr/bin/env python3\nK = os.environ['K']\n",
            "#!/usr/bin/env python3\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "\n# coding: utf-8\nK = os.environ['K']\n",
            "\n# coding: utf-8\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "# Copyright.\n\n# More.\n\n# The key.\nK = os.environ['K']\n",
            "# Copyright.\n\n# More.\n\nfrom shield_secrets import get_secret\n\n# The key.\nK = get_secret(\"K\")\n",
        ),
    ]);
}

#[test]
fn it_follows_the_last_import_before_the_first_use() {
    check(&[
        (
            "import os\n\nK = os.environ['K']\n",
            "import os\n\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "import os\nK = os.environ['K']\n",
            "import os\n\nfrom shield_secrets import get_secret\nK = get_secret(\"K\")\n",
        ),
        (
            "import os  # for the key\nfrom a import (\n    b,\n)\nx = 1\n\nK = os.environ['K']\nimport sys\n",
            "import os  # for the key\nfrom a import (\n    b,\n)\n\nfrom shield_secrets import get_secret\nx = 1\n\nK = get_secret(\"K\")\nimport sys\n",
        ),
        (
            "import os; x = 1\nK = os.environ['K']\n",
            "import os; x = 1\nfrom shield_secrets import get_secret\nK = get_secret(\"K\")\n",
        ),
        (
            "import os; x = '''\n'''\nK = os.environ['K']\n",
            "import os; x = '''\n'''\nfrom shield_secrets import get_secret\nK = get_secret(\"K\")\n",
        ),
        (
            "import os, \\\n  sys\nK = os.environ['K']\n",
            "import os, \\\n  sys\n\nfrom shield_secrets import get_secret\nK = get_secret(\"K\")\n",
        ),
        (
            "import os; K = os.environ['K']\n",
            "from shield_secrets import get_secret\n\nimport os; K = get_secret(\"K\")\n",
        ),
        (
            "'doc'; import a\nimport os; K = os.environ['K']\n",
            "'doc'; import a\nfrom shield_secrets import get_secret\nimport os; K = get_secret(\"K\")\n",
        ),
        (
            "K = os.environ['K']\n\nimport json\n",
            "from shield_secrets import get_secret\n\nK = get_secret(\"K\")\n\nimport json\n",
        ),
        (
            "import os\ndef f():\n  return os.environ['K']\nimport json\n",
            "import os\n\nfrom shield_secrets import get_secret\ndef f():\n  return get_secret(\"K\")\nimport json\n",
        ),
    ]);
}

#[test]
fn it_stands_where_imports_of_the_project_do() {
    check(&[
        (
            "import os\n\nimport flask\n\nK = os.environ['K']\n",
            "import os\n\nimport flask\n\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "import os\n\nfrom shop import a\nfrom tasks import b\n\nfrom . import c\n\nK = os.environ['K']\n",
            "import os\n\nfrom shield_secrets import get_secret\nfrom shop import a\nfrom tasks import b\n\nfrom . import c\n\nK = get_secret(\"K\")\n",
        ),
        (
            "import os\n\nimport tasks\nfrom shop import a\n\nK = os.environ['K']\n",
            "import os\n\nimport tasks\nfrom shield_secrets import get_secret\nfrom shop import a\n\nK = get_secret(\"K\")\n",
        ),
        (
            "import os\n\nimport flask\n\nfrom .base import a\n\nK = os.environ['K']\n",
            "import os\n\nimport flask\n\nfrom shield_secrets import get_secret\n\nfrom .base import a\n\nK = get_secret(\"K\")\n",
        ),
        (
            "import os\nfrom .base import a\n\nK = os.environ['K']\n",
            "import os\nfrom shield_secrets import get_secret\nfrom .base import a\n\nK = get_secret(\"K\")\n",
        ),
        (
            "from .base import environ\nimport os\n\nK = os.environ['K']\n",
            "from .base import environ\nimport os\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
        ),
        (
            "import os\r\n\r\n# The shop.\r\nfrom tasks import b\r\n\r\nK = os.environ['K']\r\n",
            "import os\r\n\r\n# The shop.\r\nfrom tasks import b\r\nfrom shield_secrets import get_secret\r\n\r\nK = get_secret(\"K\")\r\n",
        ),
    ]);
}

#[test]
fn nothing_is_put_before_a_star_that_may_hide_it() {
    check(&[(
        "import os\n\nimport flask\n\nfrom .base import *\n\nK = os.environ['K']\n",
        "import os\n\nimport flask\n\nfrom .base import *\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")\n",
    )]);
}

#[test]
fn imports_that_may_not_run_do_not_carry_it() {
    check(&[
        (
            "try:\n  import os\nexcept E:\n  pass\nK = os.environ['K']\n",
            "from shield_secrets import get_secret\n\ntry:\n  import os\nexcept E:\n  pass\nK = get_secret(\"K\")\n",
        ),
        (
            "if True:\n    import os\n    K = os.environ['K']\n",
            "from shield_secrets import get_secret\n\nif True:\n    import os\n    K = get_secret(\"K\")\n",
        ),
        (
            "import os\nif TYPE_CHECKING:\n    from shield_secrets import get_secret\nK = os.environ['K']\n",
            "import os\n\nfrom shield_secrets import get_secret\nif TYPE_CHECKING:\n    from shield_secrets import get_secret\nK = get_secret(\"K\")\n",
        ),
    ]);
}

#[test]
fn bytes_that_are_not_lines_of_unix_are_kept() {
    check(&[
        (
            "import os\r\n\r\nK = os.environ['K']\r\n",
            "import os\r\n\r\nfrom shield_secrets import get_secret\r\n\r\nK = get_secret(\"K\")\r\n",
        ),
        (
            "K = os.environ['K']\r\n",
            "from shield_secrets import get_secret\r\n\r\nK = get_secret(\"K\")\r\n",
        ),
        (
            "'doc'\r\n\r\nK = os.environ['K']\r\n",
            "'doc'\r\n\r\nfrom shield_secrets import get_secret\r\n\r\nK = get_secret(\"K\")\r\n",
        ),
        (
            "'doc'\\\r\n\r\nK = os.environ['K']\r\n",
            "'doc'\\\r\n\r\nfrom shield_secrets import get_secret\r\n\r\nK = get_secret(\"K\")\r\n",
        ),
        (
            "\u{feff}K = os.environ['K']",
            "\u{feff}from shield_secrets import get_secret\n\nK = get_secret(\"K\")",
        ),
        (
            "\u{feff}'doc'\nK = os.environ['K']",
            "\u{feff}'doc'\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")",
        ),
        (
            "\u{feff}# x\nK = os.environ['K']",
            "\u{feff}# x\nfrom shield_secrets import get_secret\n\nK = get_secret(\"K\")",
        ),
        (
            "import os\n\x0c\nK = os.environ['K']\n",
            "import os\n\nfrom shield_secrets import get_secret\n\x0c\nK = get_secret(\"K\")\n",
        ),
        (
            "é = 'ü'; K = os.environ['K']\n",
            "from shield_secrets import get_secret\n\né = 'ü'; K = get_secret(\"K\")\n",
        ),
    ]);
}
