package dev.tallyclerk.command;

import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.audit.Decision;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Writes decisions, and whether an image is vouched for, as JSON; {@link JsonReport} documents the members. */
final class TrustJson {
    private TrustJson() {}

    static void decision(Decision decision, JsonOutput json) throws IOException {
        json.beginObject().member("kind", decision.kind().name().toLowerCase(Locale.ROOT));
        texts("because", decision.because(), json);
        json.endObject();
    }

    static void write(TrustResult trust, JsonOutput json) throws IOException {
        json.beginObject().name("decision");
        decision(trust.decision(), json);
        if (!trust.rule().isEmpty()) {
            json.member("rule", trust.rule());
        }
        if (trust.digest().isPresent()) {
            json.member("digest", trust.digest().get().digest().toString());
        }
        json.name("evidence").beginArray();
        for (Evidence evidence : trust.evidence()) {
            evidence(evidence, json);
        }
        json.endArray().name("refused").beginArray();
        for (RefusedEvidence refused : trust.refused()) {
            json.beginObject().member("origin", refused.origin()).member("requirement", refused.requirement());
            json.member("reason", refused.reason().name()).member("message", refused.message());
            json.endObject();
        }
        json.endArray().endObject();
    }

    private static void evidence(Evidence evidence, JsonOutput json) throws IOException {
        json.beginObject().member("kind", evidence.kind().name());
        json.member("subject", evidence.subject().toString());
        json.name("signer").beginObject().member("kind", kind(evidence.signer()));
        json.member("id", evidence.signer().id());
        json.member("name", evidence.signer().toString()).endObject();
        if (evidence.predicateType().isPresent()) {
            json.member("predicateType", evidence.predicateType().get());
        }
        if (evidence.signedAt().isPresent()) {
            json.member("signedAt", evidence.signedAt().get().toString());
        }
        if (evidence.validUntil().isPresent()) {
            json.member("validUntil", evidence.validUntil().get().toString());
        }
        json.member("origin", evidence.origin());
        texts("notChecked", evidence.notChecked(), json);
        json.endObject();
    }

    private static String kind(Signer signer) {
        if (signer instanceof Signer.Key) {
            return "key";
        }
        if (signer instanceof Signer.Identity) {
            return "identity";
        }
        if (signer instanceof Signer.Certificate) {
            return "certificate";
        }
        return signer instanceof Signer.Role ? "role" : "policy";
    }

    private static void texts(String name, List<String> texts, JsonOutput json) throws IOException {
        json.name(name).beginArray();
        for (String text : texts) {
            json.value(text);
        }
        json.endArray();
    }
}
