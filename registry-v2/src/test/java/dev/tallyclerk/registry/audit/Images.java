package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.internal.json.JsonWriter;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.model.ImageConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Small images and audits of them. */
final class Images {
    static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    private static final String FRAME =
            "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}";

    private Images() {}

    /** {@return an image with those members of the document, in which a quote is written as '} */
    static ImageSubject document(String members) {
        String more = members.isEmpty() ? "" : "," + members.replace('\'', '"');
        return ImageSubject.builder("test").config(config(FRAME + more + "}")).build();
    }

    /** {@return an image with those members of the execution parameters} */
    static ImageSubject execution(String members) {
        return document("'config':{" + members + "}");
    }

    /** {@return an image for Windows with that user, as it stands in JSON} */
    static ImageSubject windows(String user) {
        String json = FRAME.replace("linux", "windows") + ",\"config\":{\"User\":\"" + user + "\"}}";
        return ImageSubject.builder("test").config(config(json)).build();
    }

    static ImageSubject env(String... variables) {
        return withStrings("Env", variables);
    }

    static ImageSubject withStrings(String member, String... values) {
        return raw("\"config\":{" + string(member) + ":" + array(values) + "}");
    }

    /** {@return an image whose build recorded those steps, each of which made a layer} */
    static ImageSubject built(String... createdBy) {
        return raw("\"history\":" + history(createdBy));
    }

    /** {@return an image with a readable history, and those words as one member of the execution parameters} */
    static ImageSubject started(String member, String... words) {
        return raw("\"config\":{" + string(member) + ":" + array(words) + "},\"history\":" + history("USER 1"));
    }

    static ImageSubject named(String reference) {
        return ImageSubject.builder("test")
                .reference(Reference.parseNormalized(reference))
                .build();
    }

    static ImageSubject nothing() {
        return ImageSubject.builder("test").build();
    }

    static String history(String... createdBy) {
        StringBuilder out = new StringBuilder("[");
        for (String step : createdBy) {
            out.append(out.length() == 1 ? "" : ",");
            out.append("{\"created_by\":").append(string(step)).append('}');
        }
        return out.append(']').toString();
    }

    static ImageConfig config(String json) {
        try {
            return ImageConfig.parse(json.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }

    static AuditReport audit(ImageSubject image) {
        Policy strict = Policy.defaults().withProfile(Profile.STRICT);
        return Auditor.of(strict, ImageRules.ruleSet())
                .withClock(Clock.fixed(NOW, ZoneOffset.UTC))
                .audit(List.of(image));
    }

    static List<Finding> findings(ImageSubject image, String rule) {
        return audit(image).findings().stream()
                .filter(finding -> finding.rule().id().value().equals(rule))
                .toList();
    }

    /** Asserts what a rule says of an image that was built with those steps. */
    static void assertBuilt(String rule, Outcome.Kind verdict, String... steps) {
        for (String step : steps) {
            assertVerdict(rule, verdict, step, built("COPY a / # buildkit", step));
        }
    }

    static void assertVerdict(String rule, Outcome.Kind verdict, String what, ImageSubject image) {
        List<Finding> findings = findings(image, rule);
        assertFalse(findings.isEmpty(), what);
        for (Finding finding : findings) {
            assertEquals(verdict, finding.kind(), rule + " of " + what + ": " + finding.detail());
        }
    }

    static ImageSubject raw(String members) {
        return ImageSubject.builder("test")
                .config(config(FRAME + "," + members + "}"))
                .build();
    }

    private static String array(String... values) {
        StringBuilder out = new StringBuilder("[");
        for (String value : values) {
            out.append(out.length() == 1 ? "" : ",").append(string(value));
        }
        return out.append(']').toString();
    }

    private static String string(String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            JsonWriter json = JsonWriter.compact(out);
            json.value(value).finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8).strip();
    }
}
