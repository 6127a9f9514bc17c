package dev.tallyclerk.hardening.seccomp;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the rules over profiles share. */
final class Profiles {
    /** Listing more calls would not help a reader. */
    private static final int MAX_SHOWN = 20;

    private Profiles() {}

    /** {@return whether the element allows sockets to every container as Docker's profile did until CVE-2026-31431} */
    static boolean letsCiphersThrough(SyscallRule element) {
        return element.letsEveryone() && element.names().contains("socket") && ArgumentFilter.isAsOldDockers(element);
    }

    private static Problem problem(Location at, String message, Collection<String> calls) {
        List<String> sorted = calls.stream().distinct().sorted().toList();
        int more = sorted.size() - MAX_SHOWN;
        String shown = String.join(" ", sorted.subList(0, Math.min(MAX_SHOWN, sorted.size())));
        if (more <= 0) {
            return Problem.at(at, message, Evidence.of("calls", shown));
        }
        String rest = String.join(" ", sorted.subList(MAX_SHOWN, sorted.size()));
        // Without the hash, a baseline would hide that other calls replaced these.
        return Problem.at(
                at,
                message,
                Evidence.of("calls", shown + " and " + more + " more"),
                Evidence.of(
                        "others",
                        Digest.sha256Of(rest.getBytes(StandardCharsets.UTF_8)).toString()));
    }

    /** {@return the problem with these calls, if there are any} */
    static Stream<Problem> problems(Location at, String message, Collection<String> calls) {
        return calls.isEmpty() ? Stream.of() : Stream.of(problem(at, message, calls));
    }

    /** {@return the problems of each element, which is given with its location} */
    static Stream<Problem> each(
            List<SyscallRule> rules, Location at, BiFunction<SyscallRule, Location, Stream<Problem>> problems) {
        return IntStream.range(0, rules.size())
                .boxed()
                .flatMap(i -> problems.apply(rules.get(i), at.child(Integer.toString(i))));
    }
}
