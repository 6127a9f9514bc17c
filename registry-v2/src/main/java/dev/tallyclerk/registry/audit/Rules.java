package dev.tallyclerk.registry.audit;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.internal.shell.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** What the image rules have in common: how they go through a build history. */
final class Rules {
    /** How much of a kind one problem or one build step shows: more tells nobody more, and costs memory. */
    static final int MAX_SHOWN = 20;

    private static final int MARK_DIGITS = 32;

    private Rules() {}

    static Rule<ImageSubject> rule(RuleInfo.Builder info, Function<ImageSubject, Outcome> decision) {
        return Rule.of(info.build(), ImageSubject.class, (image, context) -> decision.apply(image));
    }

    /**
     * Goes through the steps of the build. A step that the builder did not record could be anything: without a problem
     * elsewhere, it leaves the question open.
     */
    static Outcome overSteps(ImageSubject image, Function<BuildStep, List<Problem>> problems) {
        return image.steps().decide(steps -> {
            List<Problem> found = new ArrayList<>();
            for (BuildStep step : steps) {
                found.addAll(problems.apply(step));
            }
            List<BuildStep> opaque = steps.stream().filter(BuildStep::isOpaque).toList();
            return opaque.isEmpty() || !found.isEmpty() ? Outcome.ofProblems(found) : unknown(opaque);
        });
    }

    private static Outcome unknown(List<BuildStep> opaque) {
        BuildStep first = opaque.get(0);
        boolean isRecorded = !first.text().isEmpty();
        String why = !isRecorded
                ? " does not say what it did"
                : first.unread().isEmpty() ? " is too long to be read" : first.unread();
        String others = opaque.size() == 1 ? "" : ", nor can " + (opaque.size() - 1) + " others be read";
        return Outcome.unknown(
                isRecorded ? Fact.Reason.UNREADABLE : Fact.Reason.KEY_MISSING,
                new Location.History(first.index()) + why + others);
    }

    /** Goes through the commands of the build; a step has one problem at most. */
    static Outcome overCommands(ImageSubject image, Predicate<Command> isProblem, String message) {
        return overSteps(
                image,
                step -> step.commands().stream().anyMatch(isProblem) ? List.of(problem(step, message)) : List.of());
    }

    /** Goes through the elements of a set, which the configuration writes as the names of members. */
    static Outcome overKeys(
            Fact<List<String>> set, Predicate<String> isProblem, BiFunction<String, Location, Problem> problem) {
        return set.decideAt((keys, at) -> Outcome.ofProblems(keys.stream()
                .filter(isProblem)
                .map(key -> problem.apply(key, at.child(key)))
                .toList()));
    }

    /**
     * {@return what tells a text from others without showing it}
     *
     * <p>A baseline that accepts one step must not accept what comes in its place, so it is long enough that nobody
     * finds another text for it; and it is not the text, which may have a password in it.
     */
    static Evidence mark(String name, String text) {
        String hash = Digest.sha256Of(text.getBytes(StandardCharsets.UTF_8)).encoded();
        return Evidence.of(name, hash.substring(0, MARK_DIGITS));
    }

    /**
     * {@return what shows a URL: all before its query and its fragment, which may have what lets a client in}
     *
     * <p>URLs that differ there only have different marks.
     */
    static List<Evidence> url(String url) {
        int end = 0;
        while (end < url.length() && url.charAt(end) != '?' && url.charAt(end) != '#') {
            end++;
        }
        Evidence shown = Evidence.of("url", url.substring(0, end));
        return end == url.length() ? List.of(shown) : List.of(shown, mark("url.rest", url.substring(end)));
    }

    /** {@return a problem of a step for each of the first values, which are its evidence under {@code name}} */
    static List<Problem> problems(BuildStep step, String message, String name, Collection<String> values) {
        if (values.isEmpty()) {
            return List.of();
        }
        Location at = new Location.History(step.index());
        // A step may be a mebibyte long: it is not hashed once for each of its words.
        Evidence mark = step.evidence();
        return values.stream()
                .limit(MAX_SHOWN)
                .map(value -> Problem.at(at, message, Evidence.of(name, value), mark))
                .toList();
    }

    /**
     * {@return a problem of a step}
     *
     * @param evidence what shows it beside the step itself
     */
    static Problem problem(BuildStep step, String message, Evidence... evidence) {
        List<Evidence> all = new ArrayList<>(List.of(evidence));
        all.add(step.evidence());
        return Problem.at(new Location.History(step.index()), message, all.toArray(Evidence[]::new));
    }
}
