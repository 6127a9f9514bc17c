package dev.tallyclerk.hardening.dockerfile;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.text.Words;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The rule on labels: which ones an image must have, and what their values look like. */
final class LabelRules {
    private static final RuleParameter<List<String>> REQUIRED = RuleParameter.textList(
            "requiredLabels", List.of("org.opencontainers.image.source"), "The labels that an image must have.");

    private static final RuleParameter<List<String>> TYPES = RuleParameter.textList(
            "labelTypes",
            List.of(
                    "org.opencontainers.image.created=rfc3339",
                    "org.opencontainers.image.url=url",
                    "org.opencontainers.image.source=url",
                    "org.opencontainers.image.documentation=url"),
            "What labels look like, each NAME=TYPE; a type is text (not empty), url, email, semver, rfc3339, hash or"
                    + " spdx.");

    private static final List<String> RESERVED = List.of("com.docker.", "io.docker.", "org.dockerproject.");
    private static final Pattern KEY = Pattern.compile("[a-z](?:[a-z0-9]|[.-](?=[a-z0-9]))*");

    private static final Map<String, Pattern> FORMS = Map.of(
            "text", Pattern.compile("(?s).*\\S.*"),
            "url", Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://[^\\s/]+\\S*"),
            "email", Pattern.compile("[^\\s@]+@[^\\s@]+\\.[^\\s@]+"),
            "semver",
                    Pattern.compile(
                            "(?:0|[1-9]\\d*)(?:\\.(?:0|[1-9]\\d*)){2}(?:-[0-9A-Za-z.-]+)?(?:\\+[0-9A-Za-z.-]+)?"),
            "hash", Pattern.compile("[0-9a-f]{7}|[0-9a-f]{40}|[0-9a-f]{64}"),
            "spdx", Pattern.compile("[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*"));

    private static final Set<String> PLAIN = Words.set("maintainer");

    private LabelRules() {}

    static List<Rule<DockerfileSubject>> all() {
        Severity severity = Severity.INFO;
        return List.of(Rule.of(
                info("DKF-046", severity, Profile.STRICT, "4.2", "4.1.5", """
                        Label is missing or malformed
                        Labels tell tools where an image comes from. Names begin with a lower-case letter and have
                        lower-case letters, digits, single dots and hyphens; com.docker, io.docker and org.dockerproject
                        are reserved.
                        Remedy: Add the label, or correct its name or value.
                        """)
                        .parameter(REQUIRED)
                        .parameter(TYPES)
                        .build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.over(severity, found -> {
                    Map<String, String> types = types(context);
                    for (BuiltStage stage : subject.stages()) {
                        found.enter(stage);
                        for (Step step : stage.steps()) {
                            if (step.is("LABEL")) {
                                step.assignments().forEach(label -> judge(step, label, types, found));
                            }
                        }
                    }
                    found.enter(subject.shipped());
                    Set<String> given = given(subject.shipped());
                    for (String name : context.value(REQUIRED)) {
                        if (!given.contains(name)) {
                            found.add(
                                    subject.shipped().end(),
                                    "a label that the policy asks for is missing",
                                    Evidence.of("label", name));
                        }
                    }
                })));
    }

    private static Map<String, String> types(RuleContext context) {
        Map<String, String> types = new HashMap<>();
        for (String entry : context.value(TYPES)) {
            int equals = entry.lastIndexOf('=');
            if (equals > 0) {
                types.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return types;
    }

    private static Set<String> given(BuiltStage shipped) {
        Set<String> given = new HashSet<>();
        BuiltStage stage = shipped;
        while (true) {
            for (Step step : stage.steps()) {
                if (step.is("LABEL") && !step.isInChild()) {
                    step.assignments().forEach(label -> given.add(name(label)));
                }
            }
            if (stage.parent().isEmpty()) {
                return given;
            }
            stage = stage.parent().get();
        }
    }

    private static String name(Step.Setting label) {
        return Paths.unquoted(label.pair().name());
    }

    private static void judge(Step step, Step.Setting label, Map<String, String> types, Findings found) {
        String name = name(label);
        if (RESERVED.stream().anyMatch(name::startsWith)) {
            found.add(label.pair().at(), "the name of a label is reserved", Evidence.of("label", name));
        } else if (!KEY.matcher(name).matches() && !PLAIN.contains(name)) {
            found.add(label.pair().at(), "the name of a label is malformed", Evidence.of("label", name));
        }
        String type = types.get(name);
        if (type != null && !label.value().isKnown()) {
            found.unresolved(step, label.value());
        } else if (type != null && !matches(type, label.value().text())) {
            found.add(label.pair().at(), "the value of a label is not of the type " + type, Evidence.of("label", name));
        }
    }

    private static boolean matches(String type, String value) {
        if (type.equals("rfc3339")) {
            try {
                OffsetDateTime.parse(value);
                return true;
            } catch (DateTimeException e) {
                return false;
            }
        }
        Pattern form = FORMS.get(type);
        return form == null || form.matcher(value).matches();
    }
}
