package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleSetting;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** What the tests of Dockerfiles share. */
final class Dockerfiles {
    static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    static final String BASE = "FROM registry.example.test/base:1.0\n";

    private Dockerfiles() {}

    static DockerfileSubject read(String text) throws MalformedSubjectException {
        return DockerfileSubject.parse("Dockerfile", text.getBytes(StandardCharsets.UTF_8));
    }

    static Outcome judge(String rule, DockerfileSubject subject, RuleSetting<?>... settings) {
        return rule(rule).evaluate(subject, RuleContext.at(NOW).withSettings(List.of(settings)));
    }

    @SuppressWarnings("unchecked") // all of the rule set are over this subject
    static Rule<DockerfileSubject> rule(String id) {
        return (Rule<DockerfileSubject>) DockerfileRules.ruleSet().rules().stream()
                .filter(rule -> rule.info().id().equals(new RuleId(id)))
                .findFirst()
                .orElseThrow();
    }
}
