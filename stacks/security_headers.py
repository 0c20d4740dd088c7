"""What the studio's page may do in a browser; the tests serve it under the same policy."""


def content_security_policy(*api_origins: str) -> str:
    """Return the page's Content-Security-Policy: its own files, calls to the service, and nothing else.

    Parameters
    ----------
    api_origins : str
        Scheme and host of each API, such as ``https://abc.execute-api.eu-west-1.amazonaws.com``.
    """
    return "; ".join(
        (
            "default-src 'none'",
            # SQLite, which reads Anki's collections in the page, is WebAssembly; no text is run as code.
            "script-src 'self' 'wasm-unsafe-eval'",
            "worker-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self'",
            "manifest-src 'self'",
            " ".join(("connect-src 'self'", *api_origins)),
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
