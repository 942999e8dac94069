package dev.tidegate.policy;

import dev.tidegate.document.Field;

/** The {@code spec} of a GatePolicy. */
record PolicySpec(
    @Field(
            "What happens about what the checks find. enforce refuses, warn lets through with a"
                + " warning to whoever applies, audit only logs.")
        Mode mode,
    @Field(
            value =
                "What an enforcing policy does about Deployments and other objects that make pods."
                    + " warn tells whoever applies, and the pods are judged again when they are"
                    + " created; deny refuses the object itself.",
            fallback = "warn")
        ForControllers controllers,
    @Field(
            value =
                "What the policy applies to; without it, to everything that is judged. Only what the"
                    + " author of a pod does not control counts: namespace, kind and user.",
            fallback = "{}")
        ScopeSpec scope,
    @Field("The checks by id, each with its parameters; write {} for those without any.")
        CheckBlocks checks) {}
