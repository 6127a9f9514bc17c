package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.registry.model.ImageConfig;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;

/** Every rule has an outcome for every configuration that can be read, and the report can be written. */
class ImageRulesFuzzTest {
    private static final Auditor AUDITOR = Auditor.of(
                    Policy.defaults().withProfile(Profile.STRICT), ImageRules.ruleSet())
            .withErrorListener((rule, thrown) -> {
                throw new AssertionError(rule.id() + " has no outcome", thrown);
            });

    @FuzzTest
    void audit(byte[] data) throws IOException {
        ImageSubject image;
        try {
            image = ImageSubject.builder("fuzz").config(ImageConfig.parse(data)).build();
        } catch (MalformedDocumentException e) {
            return;
        }
        AuditReport report =
                AUDITOR.withClock(Clock.fixed(Images.NOW, ZoneOffset.UTC)).audit(List.of(image));
        JsonReporter.create().withIndentation(false).write(report, OutputStream.nullOutputStream());
        assertFalse(report.findings().isEmpty());
    }
}
