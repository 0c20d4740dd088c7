"""The preflight of a deployment: what of this machine and of the account would make it fail.

It only looks: of AWS's operations it calls those alone that describe, get, list and head.
"""
