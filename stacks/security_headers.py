"""What the console's page may do in a browser; the tests serve it under the same policy."""


def content_security_policy(api_origin: str) -> str:
    """Return the page's Content-Security-Policy: its own files, calls to the one API, and nothing else.

    Parameters
    ----------
    api_origin : str
        Scheme and host of the API, such as ``https://abc.execute-api.eu-west-1.amazonaws.com``.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self' {api_origin}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
