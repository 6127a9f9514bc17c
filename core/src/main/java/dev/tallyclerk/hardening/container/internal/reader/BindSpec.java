package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.container.model.Mount;
import dev.tallyclerk.hardening.container.model.Mount.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Parses an element of HostConfig.Binds: {@code SOURCE:DESTINATION[:OPTIONS]}, or {@code DESTINATION} alone. */
final class BindSpec {
    private static final Set<String> PROPAGATIONS =
            Set.of("shared", "rshared", "slave", "rslave", "private", "rprivate");

    private BindSpec() {}

    static Mount parse(String spec, Location at) {
        List<String> parts = split(spec);
        String source = parts.size() > 1 ? parts.get(0) : "";
        String destination = parts.size() > 1 ? parts.get(1) : parts.get(0);
        List<String> options = parts.size() > 2 ? Arrays.asList(parts.get(2).split(",", -1)) : List.of();
        String propagation =
                options.stream().filter(PROPAGATIONS::contains).findFirst().orElse("");
        return new Mount(
                isPath(source) ? Kind.BIND : Kind.VOLUME,
                Fact.known(source, at),
                destination,
                Fact.known(!options.contains("ro") && !options.contains("readonly"), at),
                Fact.known(propagation, at),
                at);
    }

    private static boolean isPath(String source) {
        return (!source.isEmpty() && "/\\~.".indexOf(source.charAt(0)) >= 0) || isDrive(source);
    }

    private static boolean isDrive(String part) {
        return part.length() > 1 && Character.isLetter(part.charAt(0)) && part.charAt(1) == ':';
    }

    /** Splits at colons, except after the letter of a Windows drive. */
    private static List<String> split(String spec) {
        String[] words = spec.split(":", -1);
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < words.length; i++) {
            int last = parts.size() - 1;
            boolean goesOn = last >= 0 && isLetter(parts.get(last)) && isOnDrive(words, i, last == 0);
            if (goesOn) {
                parts.set(last, parts.get(last) + ':' + words[i]);
            } else {
                parts.add(words[i]);
            }
        }
        return parts;
    }

    private static boolean isOnDrive(String[] words, int i, boolean isFirst) {
        // A Podman volume may have one letter as its name; then only the path in the container follows.
        return words[i].startsWith("\\") || (words[i].startsWith("/") && (!isFirst || isPathNext(words, i + 1)));
    }

    private static boolean isPathNext(String[] words, int i) {
        return i < words.length
                && (startsPath(words[i]) || (isLetter(words[i]) && i + 1 < words.length && startsPath(words[i + 1])));
    }

    private static boolean startsPath(String word) {
        return word.startsWith("/") || word.startsWith("\\");
    }

    private static boolean isLetter(String part) {
        return part.length() == 1 && Character.isLetter(part.charAt(0));
    }
}
