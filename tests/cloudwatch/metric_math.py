"""Evaluates expressions over metrics for one period: the part of CloudWatch's metric math that alarms use.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html. What isn't
understood is an error.
"""

import ast
import operator
from collections.abc import Callable, Mapping

Value = float | None  # None: the period has no data point
ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.LtE: operator.le,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.Gt: operator.gt,
}


class ExpressionError(Exception):
    """An expression isn't of the known part of the language."""


def evaluate(expression: str, metrics: Mapping[str, Value]) -> Value:
    """Return an expression's value in a period, None if it has none.

    Parameters
    ----------
    expression : str
        Such as ``IF(requests >= 20, errors, 0)``.
    metrics : mapping of str to float or None
        The metrics' values in the period, by their ids.

    Raises
    ------
    ExpressionError
        If the expression isn't understood.
    """
    return _value(ast.parse(expression, mode="eval").body, metrics)


def _value(node: ast.expr, metrics: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(float() | int() as number):
            return float(number)
        case ast.Name(name):
            return metrics[name]
        case ast.BinOp(left, sign, right) if type(sign) in ARITHMETIC:
            return _arithmetic(ARITHMETIC[type(sign)], _value(left, metrics), _value(right, metrics))
        case ast.Compare(left, [sign], [ast.Constant(float() | int() as number)]) if (
            type(sign) in COMPARISONS
        ):
            return _comparison(COMPARISONS[type(sign)], _value(left, metrics), float(number))
        case ast.Call(ast.Name("IF"), [condition, true, false]):
            return _if(*(_value(each, metrics) for each in (condition, true, false)))
        case _:
            raise ExpressionError(f"{ast.unparse(node)} isn't understood")


def _arithmetic(operation: Callable[[float, float], float], left: Value, right: Value) -> Value:
    """Take a missing value for 0, and drop a division by zero; without any value there is no data point."""
    if left is None and right is None:
        return None
    if operation is operator.truediv and not right:
        return None
    return operation(left or 0.0, right or 0.0)


def _comparison(compare: Callable[[float, float], bool], value: Value, number: float) -> Value:
    """Compare a value with a number; AWS doesn't say that a missing one would count as anything."""
    return None if value is None else float(compare(value, number))


def _if(condition: Value, true: Value, false: Value) -> Value:
    """Choose as the documentation's tables do: where the condition is true, a missing value is 0."""
    if condition is None:
        return None
    return (true or 0.0) if condition else false
