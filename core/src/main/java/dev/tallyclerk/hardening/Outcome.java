package dev.tallyclerk.hardening;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The answer of one rule about one subject.
 *
 * <p>There are six kinds, and {@link #fold} makes callers handle each of them. Recognisable secrets and control
 * characters are removed from texts, which are cut after 1,000 characters. Immutable.
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
     * @param problems the problems, at least one
     */
    record Fail(List<Problem> problems) implements Outcome {
        public Fail {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("a failure needs at least one problem");
            }
        }
    }

    /**
     * The rule does not apply to this subject.
     *
     * @param why the reason, for people
     */
    record NotApplicable(String why) implements Outcome {
        public NotApplicable {
            why = Reportable.text(why);
        }
    }

    /**
     * The rule cannot decide, because data is missing.
     *
     * @param missing the missing values, at least one
     */
    record Unknown(List<MissingValue> missing) implements Outcome {
        public Unknown {
            missing = missing.stream().map(MissingValue::settled).toList();
            if (missing.isEmpty()) {
                throw new IllegalArgumentException("an unknown outcome needs at least one missing value");
            }
        }
    }

    /**
     * No document can tell: a manual check is needed. It never counts as a pass.
     *
     * @param instructions what to check and what to expect, in sentences
     */
    record Manual(String instructions) implements Outcome {
        public Manual {
            if (instructions.isBlank()) {
                throw new IllegalArgumentException("a manual check needs instructions");
            }
            instructions = Reportable.text(instructions);
        }
    }

    /**
     * The rule itself failed. It says nothing about the subject, and never counts as a pass.
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

    /** {@return a pass} */
    static Outcome pass() {
        return Pass.INSTANCE;
    }

    /**
     * {@return a failure}
     *
     * @param first a problem
     * @param more further problems
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
     * {@return a failure with the problems, or a pass if there are none}
     *
     * @param problems the problems, possibly none
     */
    static Outcome ofProblems(List<Problem> problems) {
        return problems.isEmpty() ? pass() : new Fail(problems);
    }

    /**
     * {@return the outcome of a rule that does not apply}
     *
     * @param why the reason, for people
     */
    static Outcome notApplicable(String why) {
        return new NotApplicable(why);
    }

    /**
     * {@return the outcome of a rule that cannot decide}
     *
     * @param reason the reason, for programs
     * @param what which value is missing and why, for people
     */
    static Outcome unknown(MissingValue.Reason reason, String what) {
        return new Unknown(List.of(new MissingValue(reason, what)));
    }

    /**
     * {@return the outcome of a rule that cannot decide}
     *
     * @param missing the missing value
     */
    static Outcome unknown(MissingValue missing) {
        return new Unknown(List.of(missing));
    }

    /**
     * {@return the outcome of a rule that needs a manual check}
     *
     * @param instructions what to check and what to expect, in sentences
     * @throws IllegalArgumentException if {@code instructions} is blank
     */
    static Outcome manual(String instructions) {
        return new Manual(instructions);
    }

    /**
     * Joins the outcomes of checks that must all hold.
     *
     * <p>One failure is enough to fail, with the problems of all. Without a failure, an error gives that error, then a
     * missing value gives unknown, then a manual check gives manual. The result is a pass if at least one check passes
     * and the others do not apply.
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
        Set<MissingValue> missing = new LinkedHashSet<>();
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

    /** The precedence of an outcome without problem or missing value. */
    private static int weight(Outcome outcome) {
        return outcome.fold(() -> 1, fail -> -1, notApplicable -> 0, unknown -> -1, manual -> 2, error -> 3);
    }

    /**
     * Calls the function for this kind of outcome.
     *
     * @param pass called for a pass
     * @param fail called with the problems
     * @param notApplicable called if the rule does not apply
     * @param unknown called with the missing values
     * @param manual called if a manual check is needed
     * @param error called if the rule itself failed
     * @param <R> the type of the result
     * @return the result of the called function
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
