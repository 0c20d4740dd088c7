"""Looks over what is deployed and shipped: `make audit` runs it, in an environment of its own.

Everything found must be in accepted.toml with its reason, and everything there must be found.
"""

import argparse
import sys
from pathlib import Path

from accepted import Acceptances
from packages import vulnerabilities
from sboms import invalid
from templates import cfn_lint, checkov, secrets

HERE = Path(__file__).parent


def main() -> int:
    """Print what isn't accepted; return 1 if there is any."""
    parser = argparse.ArgumentParser(prog="audit", description=__doc__)
    parser.add_argument("--templates", type=Path, required=True, metavar="DIR", help="a folder of each stage")
    parser.add_argument("--locks", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--sboms", type=Path, nargs="+", required=True, metavar="FILE")
    chosen = parser.parse_args()
    acceptances = Acceptances.read(HERE / "accepted.toml")
    problems = [f"{path}: not CycloneDX 1.6: {error}" for path in chosen.sboms if (error := invalid(path))]
    for look in (cfn_lint, checkov, secrets):
        problems += acceptances.unreasoned(look.__name__, look(chosen.templates.resolve()))
    known = vulnerabilities(chosen.locks)
    if known is None:
        print(
            "!!! KNOWN VULNERABILITIES NOT LOOKED UP: there are no advisories to be had here", file=sys.stderr
        )
    else:
        problems += acceptances.unreasoned("pip_audit", known)
    print("\n".join(problems) or "audit: nothing that isn't accepted with its reason")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
