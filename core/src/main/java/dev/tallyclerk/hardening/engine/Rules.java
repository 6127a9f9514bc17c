package dev.tallyclerk.hardening.engine;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.internal.subject.Elements;
import dev.tallyclerk.internal.subject.Facts;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** The common forms of decisions over engines. */
final class Rules {
    private Rules() {}

    static Rule<EngineSubject> rule(RuleInfo.Builder info, Function<EngineSubject, Outcome> decision) {
        return Rule.of(info.build(), EngineSubject.class, (engine, context) -> decision.apply(engine));
    }

    static Rule<EngineSubject> rule(RuleInfo.Builder info, BiFunction<EngineSubject, RuleContext, Outcome> decision) {
        return Rule.of(info.build(), EngineSubject.class, decision);
    }

    /** A rule over kernel features that only engines on Linux use. */
    static Rule<EngineSubject> linuxRule(RuleInfo.Builder info, Function<EngineSubject, Outcome> decision) {
        return linuxRule(info, (engine, context) -> decision.apply(engine));
    }

    static Rule<EngineSubject> linuxRule(
            RuleInfo.Builder info, BiFunction<EngineSubject, RuleContext, Outcome> decision) {
        return rule(
                info,
                (engine, context) -> Facts.isStated(engine.info().osType(), os -> os.equals("windows"))
                        ? Outcome.notApplicable("the engine runs Windows containers")
                        : decision.apply(engine, context));
    }

    /**
     * Decides over the running engine's value, and also over a configured one: if they differ, the configuration
     * applies from the next start.
     */
    static <T> Outcome each(
            EngineSubject engine,
            EngineOption<T> option,
            BiFunction<? super T, ? super Location, ? extends Outcome> decision) {
        Fact<T> configured = engine.configured(option);
        Fact<T> reported = option.reported(engine.info());
        if (reported instanceof Fact.Missing<T>) {
            return configured.decideAt(decision);
        }
        if (!(configured instanceof Fact.Known<T> set)) {
            return reported.decideAt(decision);
        }
        // If both agree, it is one problem, located in the configuration.
        return Facts.isStated(reported, value -> value.equals(set.value()))
                ? configured.decideAt(decision)
                : Outcome.allOf(configured.decideAt(decision), reported.decideAt(decision));
    }

    /** Fails if the value of an option, reported or configured, is a problem, with the value as evidence. */
    static <T> Outcome failIf(
            EngineSubject engine, EngineOption<T> option, Predicate<? super T> isProblem, String message) {
        return each(engine, option, (value, at) -> problemIf(isProblem.test(value), option, value, at, message));
    }

    static <T> Outcome problemIf(boolean isProblem, EngineOption<T> option, T value, Location at, String message) {
        return Outcome.failIf(isProblem, at, message, Evidence.of(option.key(), String.valueOf(value)));
    }

    /** Fails with one problem per element that is one. */
    static Outcome failForEach(Fact<List<String>> list, Predicate<String> isProblem, String message, String evidence) {
        return Elements.failIf(
                list, isProblem, (element, at) -> Problem.at(at, message, Evidence.of(evidence, element)));
    }

    /**
     * Fails with one problem per element that is one, of a list as configured or else as the running engine reports it.
     * If neither is completely known, the known part can still show a problem.
     */
    static Outcome failForEach(
            EngineSubject engine,
            EngineOption<List<String>> option,
            Predicate<String> isProblem,
            String message,
            String evidence) {
        Fact<List<String>> stated = stated(engine, option);
        Outcome known = ofKnown(engine, option, list -> failForEach(list, isProblem, message, evidence));
        if (stated instanceof Fact.Missing<List<String>>) {
            return known;
        }
        Outcome whole = failForEach(stated, isProblem, message, evidence);
        boolean isOpen = engine.configured(option) instanceof Fact.Missing;
        // The configuration applies from the next start, whatever runs now.
        return isOpen && known instanceof Outcome.Fail ? Outcome.allOf(known, whole) : whole;
    }

    /** Decides over a configured list; if it is not completely known, the known part can still show a problem. */
    static Outcome ofKnown(
            EngineSubject engine, EngineOption<List<String>> option, Function<Fact<List<String>>, Outcome> decision) {
        Fact<List<String>> whole = engine.configured(option);
        if (!(whole instanceof Fact.Missing<List<String>> missing)) {
            return decision.apply(whole);
        }
        return engine.configuration()
                .stated(option)
                .map(known -> Outcome.allOf(decision.apply(known), Outcome.unknown(missing.why())))
                .orElseGet(() -> Outcome.unknown(missing.why()));
    }

    /** {@return the list as configured, or else as the running engine reports it} */
    static Fact<List<String>> stated(EngineSubject engine, EngineOption<List<String>> option) {
        Fact<List<String>> configured = engine.configured(option);
        Fact<List<String>> reported = option.reported(engine.info());
        return configured instanceof Fact.Known || reported instanceof Fact.Missing ? configured : reported;
    }
}
