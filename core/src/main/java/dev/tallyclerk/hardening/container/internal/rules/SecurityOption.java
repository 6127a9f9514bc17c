package dev.tallyclerk.hardening.container.internal.rules;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import java.util.ArrayList;
import java.util.List;

/**
 * An element of SecurityOpt: a name and, after {@code =} or in older engines {@code :}, a value.
 *
 * @param name for example {@code seccomp}
 * @param value for example {@code unconfined}; empty if there is none
 * @param at its location
 */
record SecurityOption(String name, String value, Location at) {
    private static SecurityOption parse(String text, Location at) {
        int end = 0;
        while (end < text.length() && text.charAt(end) != '=' && text.charAt(end) != ':') {
            end++;
        }
        return new SecurityOption(text.substring(0, end), text.substring(Math.min(end + 1, text.length())), at);
    }

    /** {@return the options of a container with that name, in order} */
    static Fact<List<SecurityOption>> named(String name, Container container) {
        return container
                .hostConfig()
                .securityOpt()
                .flatMapAt((options, at) -> Fact.known(named(name, options, at), at));
    }

    /** {@return the options with that name, in order} */
    static List<SecurityOption> named(String name, List<String> options, Location at) {
        List<SecurityOption> out = new ArrayList<>();
        for (int i = 0; i < options.size(); i++) {
            SecurityOption option = parse(options.get(i), at.child(Integer.toString(i)));
            if (option.name().equals(name)) {
                out.add(option);
            }
        }
        return out;
    }

    /** {@return whether an option has that name and that value} */
    static boolean has(String name, String value, List<String> options, Location at) {
        return named(name, options, at).stream()
                .anyMatch(option -> option.value().equals(value));
    }
}
