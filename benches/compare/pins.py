"""What is downloaded, each by name and version: the texts to scan, and the programs to compare with."""

from typing import NamedTuple


class Package(NamedTuple):
    """Something a package manager's own client can fetch."""

    registry: str
    name: str
    version: str


# Code in C with few secrets, Python with settings and tests, JavaScript with bundles and data.
CORPUS = [
    Package("apt", "linux-source-6.1", "6.1.176-1"),
    Package("npm", "aws-sdk", "2.1693.0"),
    Package("npm", "monaco-editor", "0.57.0"),
    Package("npm", "three", "0.187.0"),
    Package("npm", "webpack", "5.112.2"),
    Package("pypi", "Django", "5.2.19"),
    Package("pypi", "ansible-core", "2.19.14"),
]

# The project that is scanned alone, the tree that older figures speak of, and the file.
PROJECT = "pypi/ansible-core"
TREE = "pypi/Django"
FILE = "pypi/Django/django/http/request.py"

PROGRAMS = [
    Package("pypi", "ripgrep", "15.1.0"),
    Package("pypi", "kingfisher-bin", "2.14.0"),
    Package("pypi", "detect-secrets", "1.5.0"),
    Package("go", "github.com/zricethezav/gitleaks/v8", "8.30.1"),
    Package("crates", "ripsecrets", "0.1.11"),
]

CHART = Package("pypi", "matplotlib", "3.11.2")
