package dev.tallyclerk.hardening;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What one rule says about one subject.
 *
 * <p>There are six answers, and {@link #fold} makes a caller handle each of them. Texts for people are kept without
 * recognisable secrets and control characters, and cut after 1,000 characters. All are immutable.
 */
public sealed interface Outcome {
    /** An outcome in one word. */
    enum Kind {
        /** The subject has what the rule asks for. */
        PASS,
        /** The subject does not have what the rule asks for. */
        FAIL,
        /** The rule does not apply to the subject. */
        NOT_APPLICABLE,
        /** The rule cannot decide, because data is missing. */
        UNKNOWN,
        /** No document can tell: a manual check is needed. */
        MANUAL,
        /** The rule itself failed. */
        ERROR;

        /** {@return whether the question is still open: {@link #UNKNOWN}, {@link #MANUAL} or {@link #ERROR}} */
        public boolean isUndecided() {
            return this == UNKNOWN || this == MANUAL || this == ERROR;
        }
    }

    /** The subject has what the rule asks for. */
    record Pass() implements Outcome {
        private static final Pass INSTANCE = new Pass();
    }

    /**
     * The subject does not have what the rule asks for.
     *
     * @param problems what is wrong, at least one
     */
    record Fail(List<Problem> problems) implements Outcome {
        public Fail {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a failure needs a problem");
            }
        }
    }

    /**
     * The rule has nothing to say about this subject.
     *
     * @param why the reason, for people
     */
    record NotApplicable(String why) implements Outcome {
        public NotApplicable {
            why = Reportable.text(why);
        }
    }

    /**
     * The rule cannot tell, because data is missing.
     *
     * @param missing the facts that have no value, at least one
     */
    record Unknown(List<Fact.Missing<?>> missing) implements Outcome {
        public Unknown {
            missing = List.copyOf(missing);
            if (missing.isEmpty()) {
                throw new IllegalArgumentException("an unknown outcome needs a missing fact");
            }
        }
    }

    /**
     * No document can tell: a person has to look. It is never taken for a pass.
     *
     * @param instructions what to look at and what to expect, in sentences
     */
    record Manual(String instructions) implements Outcome {
        public Manual {
            if (instructions.isBlank()) {
                throw new IllegalArgumentException("a person needs instructions");
            }
            instructions = Reportable.text(instructions);
        }
    }

    /**
     * The rule itself failed. It says nothing about the subject, and it is never taken for a pass.
     *
     * @param what how the rule failed, for people
     */
    record RuleError(String what) implements Outcome {
        public RuleError {
            what = Reportable.text(what);
        }
    }

    /** {@return this outcome in one word} */
    default Kind kind() {
        return fold(
                () -> Kind.PASS,
                fail -> Kind.FAIL,
                notApplicable -> Kind.NOT_APPLICABLE,
                unknown -> Kind.UNKNOWN,
                manual -> Kind.MANUAL,
                error -> Kind.ERROR);
    }

    /** {@return the outcome of a subject that has what the rule asks for} */
    static Outcome pass() {
        return Pass.INSTANCE;
    }

    /**
     * {@return a failure}
     *
     * @param first what is wrong
     * @param more what else is wrong
     */
    static Outcome fail(Problem first, Problem... more) {
        List<Problem> problems = new ArrayList<>();
        problems.add(first);
        problems.addAll(Arrays.asList(more));
        return new Fail(problems);
    }

    /**
     * {@return a failure with one problem if the condition holds, or else a pass}
     *
     * @param failed the condition
     * @param at where the problem is
     * @param message what is wrong, as for {@link Problem#at}
     * @param evidence the values that show it
     */
    static Outcome failIf(boolean failed, Location at, String message, Evidence... evidence) {
        return failed ? fail(Problem.at(at, message, evidence)) : pass();
    }

    /**
     * {@return a failure with those problems, or a pass if there is none}
     *
     * @param problems what is wrong, possibly nothing
     */
    static Outcome ofProblems(List<Problem> problems) {
        return problems.isEmpty() ? pass() : new Fail(problems);
    }

    /**
     * {@return the outcome of a rule that has nothing to say}
     *
     * @param why the reason, for people
     */
    static Outcome notApplicable(String why) {
        return new NotApplicable(why);
    }

    /**
     * {@return the outcome of a rule that cannot tell}
     *
     * @param reason why, for programs
     * @param what which value is missing and why, for people
     */
    static Outcome unknown(Fact.Reason reason, String what) {
        return new Unknown(List.of(new Fact.Missing<>(reason, what)));
    }

    /**
     * {@return the outcome of a rule that cannot decide}
     *
     * @param missing the fact that has no value
     */
    static Outcome unknown(Fact.Missing<?> missing) {
        return new Unknown(List.of(missing));
    }

    /**
     * {@return the outcome of a rule that only a person can decide}
     *
     * @param instructions what to look at and what to expect, in sentences
     * @throws IllegalArgumentException if {@code instructions} is blank
     */
    static Outcome manual(String instructions) {
        return new Manual(instructions);
    }

    /**
     * Joins the outcomes of checks that must all hold.
     *
     * <p>One failure is enough to fail, with the problems of all. Without a failure, an error makes the result that
     * error, a missing fact makes it unknown, and else a need for a person makes it manual. It passes if at least one
     * passes and the others do not apply.
     *
     * @param first an outcome
     * @param more further outcomes
     * @return the joint outcome
     */
    static Outcome allOf(Outcome first, Outcome... more) {
        List<Outcome> all = new ArrayList<>();
        all.add(first);
        all.addAll(Arrays.asList(more));
        List<Problem> problems = new ArrayList<>();
        Set<Fact.Missing<?>> missing = new LinkedHashSet<>();
        Outcome rest = first;
        for (Outcome outcome : all) {
            if (outcome instanceof Fail fail) {
                problems.addAll(fail.problems());
            } else if (outcome instanceof Unknown unknown) {
                missing.addAll(unknown.missing());
            } else if (weight(outcome) > weight(rest)) {
                rest = outcome;
            }
        }
        if (!problems.isEmpty()) {
            return new Fail(problems);
        }
        return rest instanceof RuleError || missing.isEmpty() ? rest : new Unknown(List.copyOf(missing));
    }

    /** How much an outcome without problem or missing fact counts among others. */
    private static int weight(Outcome outcome) {
        return outcome.fold(() -> 1, fail -> -1, notApplicable -> 0, unknown -> -1, manual -> 2, error -> 3);
    }

    /**
     * Calls the function that applies.
     *
     * @param pass called if the subject has what the rule asks for
     * @param fail called with what is wrong
     * @param notApplicable called if the rule has nothing to say
     * @param unknown called with what is missing
     * @param manual called if a person has to look
     * @param error called if the rule itself failed
     * @param <R> the type of the result
     * @return what the called function returned
     */
    default <R> R fold(
            Supplier<? extends R> pass,
            Function<? super Fail, ? extends R> fail,
            Function<? super NotApplicable, ? extends R> notApplicable,
            Function<? super Unknown, ? extends R> unknown,
            Function<? super Manual, ? extends R> manual,
            Function<? super RuleError, ? extends R> error) {
        if (this instanceof Fail outcome) {
            return fail.apply(outcome);
        }
        if (this instanceof NotApplicable outcome) {
            return notApplicable.apply(outcome);
        }
        if (this instanceof Unknown outcome) {
            return unknown.apply(outcome);
        }
        if (this instanceof Manual outcome) {
            return manual.apply(outcome);
        }
        if (this instanceof RuleError outcome) {
            return error.apply(outcome);
        }
        return pass.get();
    }
}
