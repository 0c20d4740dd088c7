"""A state machine's definition, read back from its template."""

import json


def definition(template):
    """Return the definition of the template's one state machine; what isn't known yet stands as ``<id>``."""
    (machine,) = (
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    )
    return json.loads("".join(map(_text, machine["DefinitionString"]["Fn::Join"][1])))


def _text(part):
    if isinstance(part, str):
        return part
    (value,) = part.values()
    match value:
        case {"OutputName": name} | str(name) | [name, *_]:
            return f"<{name}>"
    raise ValueError(part)


def way(states, state, go):
    """Follow a definition from a state; `go` answers each choice by the state before it."""
    while True:
        yield state
        found = states[state]
        if found["Type"] == "Choice":
            (rule,) = found["Choices"]
            assert (rule["Variable"], rule["BooleanEquals"]) == ("$.outcome.go", True)
            state = rule["Next"] if go(state.removesuffix(": go on?")) else found["Default"]
        elif "Next" in found:
            state = found["Next"]
        else:
            return


def watch(branch, statuses):
    """Follow a branch that looks at jobs, each time at the next of their statuses, to its end."""
    state, looks, seen = branch["StartAt"], iter(statuses), {}
    while True:
        yield state
        found = branch["States"][state]
        if "ResultSelector" in found:
            status = next(looks)
            seen = {f"$.job.{name[:-2]}": name[:-2] == status for name in found["ResultSelector"]}
        if found["Type"] == "Choice":
            taken = (rule["Next"] for rule in found["Choices"] if _holds(rule, seen))
            state = next(taken, found["Default"])
        elif "Next" in found:
            state = found["Next"]
        else:
            return


def _holds(rule, seen):
    if "Or" in rule:
        return any(_holds(each, seen) for each in rule["Or"])
    return seen[rule["Variable"]] == rule["BooleanEquals"]
