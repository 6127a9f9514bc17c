package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.document.DocumentSubject;
import dev.tallyclerk.hardening.document.DocumentValue;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.text.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the rules that a policy adds. */
final class CustomRules {
    static final String NAME = "policy";
    private static final String VERSION = "1.0.0";
    private static final int MAX_RULES = 200;
    private static final int MAX_MESSAGE = 500;
    private static final Set<String> MEMBERS = Names.inOrder(
            "id",
            "title",
            "rationale",
            "remediation",
            "severity",
            "profile",
            "subject",
            "each",
            "when",
            "require",
            "message");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]{1,200})}");
    private static final Pattern KIND = Pattern.compile("[a-z0-9-]+");

    private CustomRules() {}

    /** What a rule checks: for each value at a path, or the whole document. */
    private record Check(@Nullable ValuePath each, @Nullable Condition when, Condition require, String message) {}

    static RuleSet read(JsonCursor at, KnownRules known) throws JsonException, PolicyException {
        Set<String> prefixes = new HashSet<>();
        known.rules().keySet().forEach(id -> prefixes.add(prefix(id)));
        List<Rule<?>> rules = new ArrayList<>();
        Set<String> kinds = new TreeSet<>();
        Set<RuleId> ids = new HashSet<>();
        for (JsonCursor element : at.elements()) {
            if (rules.size() == MAX_RULES) {
                throw at.badValue("must have at most " + MAX_RULES + " rules");
            }
            Names.refuseOthers(element, MEMBERS);
            RuleInfo info = info(element, prefixes);
            if (!ids.add(info.id())) {
                throw element.required("id").badValue(info.id() + " is the id of another rule here");
            }
            String kind = kind(element.required("subject"), known);
            kinds.add(kind);
            rules.add(rule(info, kind, check(element)));
        }
        return new RuleSet(NAME, VERSION, rules, kinds);
    }

    private static String prefix(String id) {
        return id.substring(0, id.indexOf('-'));
    }

    private static RuleInfo info(JsonCursor at, Set<String> prefixes) throws JsonException, PolicyException {
        JsonCursor id = at.required("id");
        String title = Texts.notBlank(at.required("title"));
        RuleInfo.Builder builder;
        try {
            builder = RuleInfo.builder(id.string(), title);
        } catch (IllegalArgumentException e) {
            throw id.badValue(Texts.messageOf(e));
        }
        if (prefixes.contains(prefix(id.string()))) {
            throw id.badValue("must not begin with " + prefix(id.string()) + ", as the ids of a rule set do");
        }
        Optional<JsonCursor> rationale = at.member("rationale");
        Optional<JsonCursor> profile = at.member("profile");
        return builder.rationale(rationale.isPresent() ? Texts.notBlank(rationale.get()) : "The policy demands it.")
                .remediation(Texts.notBlank(at.required("remediation")))
                .severity(Names.constant(at.required("severity"), Severity.class))
                .profile(profile.isPresent() ? Names.constant(profile.get(), Profile.class) : Profile.L1)
                .since(VERSION)
                .build();
    }

    /** Others may have kinds without rules, so an unknown kind is refused only if it is nearly a known one. */
    private static String kind(JsonCursor at, KnownRules known) throws JsonException, PolicyException {
        String kind = at.string();
        if (!KIND.matcher(kind).matches()) {
            throw at.badValue("must be a kind of subject such as \"kubernetes-workload\", is " + Quoted.quote(kind));
        }
        Set<String> kinds = known.allKinds();
        if (!kinds.contains(kind)) {
            PolicyException unknown =
                    Names.unknown(PolicyException.Reason.BAD_VALUE, "kind of subject", kind, at, kinds);
            if (unknown.suggestion().isPresent()) {
                throw unknown;
            }
        }
        return kind;
    }

    private static Check check(JsonCursor at) throws JsonException, PolicyException {
        Optional<JsonCursor> each = at.member("each");
        Optional<JsonCursor> when = at.member("when");
        JsonCursor message = at.required("message");
        String text = Texts.notBlank(message);
        if (text.length() > MAX_MESSAGE) {
            throw message.badValue("must have at most " + MAX_MESSAGE + " characters");
        }
        Matcher placeholder = PLACEHOLDER.matcher(text);
        while (placeholder.find()) {
            try {
                ValuePath.parse(placeholder.group(1));
            } catch (IllegalArgumentException e) {
                throw message.badValue(Texts.messageOf(e));
            }
        }
        return new Check(
                each.isPresent() ? ConditionDocument.path(each.get()) : null,
                when.isPresent() ? ConditionDocument.read(when.get()) : null,
                ConditionDocument.read(at.required("require")),
                text);
    }

    private static Rule<DocumentSubject> rule(RuleInfo info, String kind, Check check) {
        return Rule.of(info, DocumentSubject.class, (subject, context) -> decide(subject, check))
                .withSubject(
                        Subject.class,
                        (subject, context) -> Outcome.unknown(
                                MissingValue.Reason.SOURCE_NOT_PROVIDED,
                                "a subject of the kind " + kind + " shows no document to conditions"))
                .withSubjectKind(kind);
    }

    private static Outcome decide(DocumentSubject subject, Check check) {
        if (!subject.gaps().isEmpty()) {
            return new Outcome.Unknown(subject.gaps());
        }
        Outcome outcome = decide(subject.document(), check);
        if (outcome instanceof Outcome.Unknown unknown) {
            return new Outcome.Unknown(
                    unknown.missing().stream().map(subject::explain).distinct().toList());
        }
        return outcome instanceof Outcome.Fail fail
                ? new Outcome.Fail(fail.problems().stream()
                        .map(problem -> problem.withLocation(subject.locate(problem.at())))
                        .distinct()
                        .toList())
                : outcome;
    }

    private static Outcome decide(DocumentValue document, Check check) {
        Condition when = check.when();
        if (when != null) {
            Condition.Result applies = when.test(document);
            if (applies.truth() == Condition.Truth.FAILS) {
                return Outcome.notApplicable("the rule is not about it");
            }
            if (applies.truth() == Condition.Truth.UNKNOWN) {
                return new Outcome.Unknown(applies.missing());
            }
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Fact<DocumentValue> value : check.each() == null
                ? List.<Fact<DocumentValue>>of(Fact.known(document, document.location()))
                : check.each().select(document)) {
            outcomes.add(value.decide(known -> one(known, check)));
        }
        return outcomes.isEmpty()
                ? Outcome.notApplicable("nothing is at " + check.each())
                : Outcome.allOf(
                        outcomes.get(0), outcomes.subList(1, outcomes.size()).toArray(Outcome[]::new));
    }

    private static Outcome one(DocumentValue value, Check check) {
        Condition.Result result = check.require().test(value);
        return switch (result.truth()) {
            case HOLDS -> Outcome.pass();
            case UNKNOWN -> new Outcome.Unknown(result.missing());
            case FAILS -> {
                String message = message(check.message(), value);
                List<Problem> problems = new ArrayList<>();
                for (Location place : result.places()) {
                    problems.add(Problem.at(place, message));
                }
                yield new Outcome.Fail(problems.stream().distinct().toList());
            }
        };
    }

    /** {@return the message with the values that its placeholders name; absent ones are said to be} */
    private static String message(String message, DocumentValue value) {
        Matcher placeholder = PLACEHOLDER.matcher(message);
        StringBuilder out = new StringBuilder();
        while (placeholder.find()) {
            List<String> texts = new ArrayList<>();
            for (Fact<DocumentValue> selected :
                    ValuePath.parse(placeholder.group(1)).select(value)) {
                texts.add(selected.flatMapAt((known, at) -> known.scalar())
                        .fold(
                                (text, at) -> text,
                                Fact.Defaulted::value,
                                missing -> missing.reason() == MissingValue.Reason.KEY_MISSING ? "(none)" : "(other)"));
            }
            placeholder.appendReplacement(out, Matcher.quoteReplacement(String.join(", ", texts)));
        }
        placeholder.appendTail(out);
        return out.toString();
    }
}
