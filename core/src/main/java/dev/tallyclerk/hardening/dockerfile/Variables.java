package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import dev.tallyclerk.internal.text.Words;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The variables at one point of a stage, or before the first one. Mutable, for one thread. */
final class Variables {
    /** The builder sets these; in a stage only after ARG declares them. */
    static final Set<String> OF_PLATFORM = Words.set("""
            BUILDPLATFORM BUILDOS BUILDARCH BUILDVARIANT TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT
            """);

    private final char escape;
    private final ExpansionBudget budget;
    private final Map<String, String> arguments = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    Variables(char escape, ExpansionBudget budget) {
        this.escape = escape;
        this.budget = budget;
    }

    /** {@return the variables of a stage on top of this one: its environment, without its arguments} */
    Variables child() {
        Variables child = new Variables(escape, budget);
        child.environment.putAll(environment);
        return child;
    }

    /** {@return variables without values, for an instruction that runs elsewhere} */
    Variables elsewhere() {
        return new Variables(escape, budget);
    }

    void addPlatform() {
        OF_PLATFORM.forEach(name -> arguments.put(name, String.valueOf(WordExpander.HOLE)));
    }

    void argument(String name, String value) {
        arguments.put(name, value);
    }

    void variable(String name, String value) {
        environment.put(name, value);
    }

    /** {@return the value, or null if there is none} */
    @Nullable String value(String name) {
        String value = environment.get(name);
        return value == null ? arguments.get(name) : value;
    }

    /** {@return the environment variables by name, of this stage and those below it} */
    Map<String, String> environment() {
        return environment;
    }

    /** {@return the text with variables substituted; unknown if a build would refuse it} */
    Expansion expand(String text) {
        if (text.indexOf('$') < 0 && text.indexOf('\'') < 0 && text.indexOf('"') < 0 && text.indexOf(escape) < 0) {
            return Expansion.literal(text);
        }
        return expander().expand(text);
    }

    WordExpander expander() {
        return WordExpander.of(escape, this::value, budget);
    }
}
