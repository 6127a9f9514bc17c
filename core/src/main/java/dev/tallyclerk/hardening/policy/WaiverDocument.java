package dev.tallyclerk.hardening.policy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.audit.Scope;
import dev.tallyclerk.hardening.audit.Waiver;
import dev.tallyclerk.hardening.policy.PolicyException.Reason;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.text.Suggestion;
import dev.tallyclerk.text.Quoted;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one waiver. */
final class WaiverDocument {
    private static final Set<String> WAIVER = Names.inOrder("rule", "scope", "reason", "owner", "expires");
    private static final Set<String> SCOPE = Names.inOrder("kind", "name", "digest", "labels", "location", "evidence");
    private static final Pattern KIND = Pattern.compile("[a-z0-9-]+");

    private WaiverDocument() {}

    static Waiver read(JsonCursor at, KnownRules rules) throws JsonException, PolicyException {
        Names.refuseOthers(at, WAIVER);
        JsonCursor id = at.required("rule");
        RuleInfo rule = rules.rules().get(id.string());
        if (rule == null) {
            throw Names.unknown(
                    Reason.UNKNOWN_RULE, "rule", id.string(), id, rules.rules().keySet());
        }
        return new Waiver(
                rule.id(),
                scope(at.required("scope"), rule.id(), rules.kinds().getOrDefault(id.string(), Set.of())),
                Texts.notBlank(at.required("reason")),
                Texts.notBlank(at.required("owner")),
                Texts.date(at.required("expires")));
    }

    private static Scope scope(JsonCursor at, RuleId rule, Set<String> kinds) throws JsonException, PolicyException {
        Names.refuseOthers(at, SCOPE);
        if (at.size() == 0) {
            throw at.badValue("must have a condition; use {\"name\": \"*\"} to cover everything");
        }
        Scope scope = Scope.everything();
        Optional<JsonCursor> kind = at.member("kind");
        if (kind.isPresent()) {
            scope = scope.withKind(kind(kind.get(), rule, kinds));
        }
        Optional<JsonCursor> digest = at.member("digest");
        if (digest.isPresent()) {
            scope = scope.withDigest(digest(digest.get()));
        }
        Optional<JsonCursor> name = at.member("name");
        if (name.isPresent()) {
            scope = with(name.get(), scope::withName);
        }
        Optional<JsonCursor> location = at.member("location");
        if (location.isPresent()) {
            scope = with(location.get(), scope::withLocation);
        }
        Optional<JsonCursor> labels = at.member("labels");
        if (labels.isPresent()) {
            scope = withEach(labels.get(), "a label", scope, Scope::withLabel);
        }
        Optional<JsonCursor> evidence = at.member("evidence");
        if (evidence.isPresent()) {
            scope = withEach(evidence.get(), "the name of evidence", scope, Scope::withEvidence);
        }
        return scope;
    }

    private interface NamedNarrowing {
        Scope with(Scope scope, String name, String pattern);
    }

    private static Scope withEach(JsonCursor at, String member, Scope scope, NamedNarrowing narrowing)
            throws JsonException {
        if (at.size() == 0) {
            throw at.badValue("must have " + member);
        }
        Scope narrowed = scope;
        for (Map.Entry<String, JsonCursor> each : at.members().entrySet()) {
            Scope soFar = narrowed;
            narrowed = with(each.getValue(), pattern -> narrowing.with(soFar, each.getKey(), pattern));
        }
        return narrowed;
    }

    private interface Narrowing {
        Scope with(String pattern);
    }

    private static Scope with(JsonCursor at, Narrowing narrowing) throws JsonException {
        try {
            return narrowing.with(at.string());
        } catch (IllegalArgumentException e) {
            throw at.badValue(Texts.messageOf(e));
        }
    }

    /** Refuses a kind that no subject of the rule has, because the waiver would never cover anything. */
    private static String kind(JsonCursor at, RuleId rule, Set<String> kinds) throws JsonException, PolicyException {
        String kind = at.string();
        if (!KIND.matcher(kind).matches()) {
            throw at.badValue("must be a kind of subject such as \"image\", is " + Quoted.quote(kind));
        }
        if (!kinds.isEmpty() && !kinds.contains(kind)) {
            String near = Suggestion.of(kind, kinds);
            throw new PolicyException(
                    Reason.BAD_VALUE,
                    at.pointer(),
                    Quoted.quote(kind) + " is not a kind of subject of " + rule + ", which is about "
                            + String.join(", ", kinds),
                    near == null && kinds.size() == 1 ? kinds.iterator().next() : near);
        }
        return kind;
    }

    private static Digest digest(JsonCursor at) throws JsonException {
        try {
            return Digest.parse(at.string());
        } catch (IllegalArgumentException e) {
            throw at.badValue(Texts.messageOf(e));
        }
    }
}
