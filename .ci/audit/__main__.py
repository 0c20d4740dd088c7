"""Looks over what is deployed and shipped: `make audit` runs it, in an environment of its own.

Everything found must be in accepted.toml with its reason, and everything there must be found.
"""

import argparse
import sys
from pathlib import Path

from accepted import Acceptances
from licences import npm_licences
from packages import look_up
from sboms import invalid
from templates import cfn_lint, checkov, secrets

HERE = Path(__file__).parent


def main() -> int:
    """Print what isn't accepted; return 1 if there is any."""
    parser = argparse.ArgumentParser(prog="audit", description=__doc__)
    parser.add_argument("--templates", type=Path, required=True, metavar="DIR", help="a folder of each stage")
    parser.add_argument(
        "--variants", type=Path, required=True, metavar="DIR", help="a folder of each kind of stage"
    )
    parser.add_argument("--locks", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--npm-lock", type=Path, required=True, metavar="FILE")
    parser.add_argument("--sboms", type=Path, nargs="+", required=True, metavar="FILE")
    chosen = parser.parse_args()
    acceptances = Acceptances.read(HERE / "accepted.toml")
    problems = [f"{path}: not CycloneDX 1.6: {error}" for path in chosen.sboms if (error := invalid(path))]
    for look, folder in (
        (cfn_lint, chosen.variants),
        (checkov, chosen.templates),
        (secrets, chosen.templates),
    ):
        problems += acceptances.unreasoned(look.__name__, look(folder.resolve()))
    problems += acceptances.unreasoned("npm_licences", npm_licences(chosen.npm_lock))
    known = look_up(chosen.locks)
    problems += acceptances.unreasoned("pip_audit", known.findings, complete=not known.missing)
    print("\n".join(problems) or "audit: nothing was found that isn't accepted with its reason")
    if known.missing:
        locks = ", ".join(map(str, known.missing))
        print(f"!!! NOT LOOKED UP: known vulnerabilities of the packages in {locks}: {known.reason}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
