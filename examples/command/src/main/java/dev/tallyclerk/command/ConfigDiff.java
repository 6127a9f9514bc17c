package dev.tallyclerk.command;

import dev.tallyclerk.registry.model.ExecutionParameters;
import dev.tallyclerk.registry.model.ImageConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What differs between two configurations, by the names of the OCI image specification. */
final class ConfigDiff {
    private static final List<String> ORDER = List.of(
            "platform",
            "created",
            "author",
            "User",
            "ExposedPorts",
            "Env",
            "Entrypoint",
            "Cmd",
            "Volumes",
            "WorkingDir",
            "Labels",
            "StopSignal",
            "Healthcheck",
            "OnBuild",
            "Shell",
            "ArgsEscaped");

    /**
     * A difference.
     *
     * @param property what differs, such as {@code User} or {@code Env}
     * @param name the variable, label, port or volume; empty for others
     * @param from the value before, if it was set
     * @param to the value after, if it is set
     */
    record Difference(String property, String name, Optional<String> from, Optional<String> to) {
        /** {@return above 0 if it was added, below 0 if it was removed, 0 if its value changed} */
        int change() {
            return Boolean.compare(to.isPresent(), from.isPresent());
        }
    }

    private ConfigDiff() {}

    /** {@return the differences, in the order of the specification; the history is none of them} */
    static List<Difference> of(ImageConfig before, ImageConfig after) {
        Map<List<String>, String> from = properties(before);
        Map<List<String>, String> to = properties(after);
        Set<List<String>> keys = new LinkedHashSet<>(from.keySet());
        keys.addAll(to.keySet());
        List<Difference> found = new ArrayList<>();
        for (List<String> key : keys) {
            Optional<String> old = Optional.ofNullable(from.get(key));
            Optional<String> now = Optional.ofNullable(to.get(key));
            if (!old.equals(now)) {
                found.add(new Difference(key.get(0), key.get(1), old, now));
            }
        }
        found.sort((one, other) -> Integer.compare(ORDER.indexOf(one.property), ORDER.indexOf(other.property)));
        return found;
    }

    private static Map<List<String>, String> properties(ImageConfig config) {
        Map<List<String>, String> all = new LinkedHashMap<>();
        put(all, "platform", config.platform().toString());
        put(all, "created", config.created().map(Instant::toString).orElse(""));
        put(all, "author", config.author().orElse(""));
        ExecutionParameters run = config.execution();
        put(all, "User", run.user());
        run.exposedPorts().forEach(port -> all.put(List.of("ExposedPorts", port), ""));
        for (String variable : run.env()) {
            int equals = variable.indexOf('=');
            if (equals < 0) {
                // Some engines take the host's value for it, so it is not the same as an empty one.
                all.put(List.of("Env", variable, "without ="), "");
            } else {
                all.put(List.of("Env", variable.substring(0, equals)), variable.substring(equals + 1));
            }
        }
        put(all, "Entrypoint", words(run.entrypoint()));
        put(all, "Cmd", words(run.command()));
        run.volumes().forEach(volume -> all.put(List.of("Volumes", volume), ""));
        put(all, "WorkingDir", run.workingDir());
        run.labels().forEach((name, value) -> all.put(List.of("Labels", name), value));
        put(all, "StopSignal", run.stopSignal());
        put(all, "Healthcheck", run.healthcheck().test().isEmpty() ? "" : healthcheck(run.healthcheck()));
        put(all, "OnBuild", words(run.onBuild()));
        put(all, "Shell", words(run.shell()));
        put(all, "ArgsEscaped", run.argsEscaped() ? "true" : "");
        return all;
    }

    private static String healthcheck(ExecutionParameters.Healthcheck check) {
        return words(check.test()) + " interval=" + check.interval() + " timeout=" + check.timeout() + " start-period="
                + check.startPeriod() + " start-interval=" + check.startInterval() + " retries=" + check.retries();
    }

    /** {@return the words as a JSON array has them} */
    private static String words(List<String> words) {
        if (words.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder("[");
        for (String word : words) {
            text.append(text.length() == 1 ? "\"" : ", \"");
            text.append(word.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        }
        return text.append(']').toString();
    }

    private static void put(Map<List<String>, String> all, String property, String value) {
        if (!value.isEmpty()) {
            all.put(List.of(property, ""), value);
        }
    }
}
