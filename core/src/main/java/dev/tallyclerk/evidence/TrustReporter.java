package dev.tallyclerk.evidence;

import dev.tallyclerk.internal.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes whether an image is vouched for, and by which evidence, as JSON.
 *
 * <p>The document is one object with these members, in this order. Within a version of the schema, members and words
 * may be added and nothing else changes; readers ignore unknown members. The resource {@value #SCHEMA_RESOURCE} is the
 * JSON Schema.
 *
 * <table>
 * <caption>Schema {@value #SCHEMA}, version {@value #SCHEMA_VERSION}</caption>
 * <tbody>
 * <tr><td>{@code schema}</td><td>{@value #SCHEMA}</td></tr>
 * <tr><td>{@code schemaVersion}</td><td>{@value #SCHEMA_VERSION}, an integer</td></tr>
 * <tr><td>{@code decision}</td><td>{@code kind} ({@code accepted}, {@code rejected}, {@code incomplete}) and
 * {@code because}, an array of texts</td></tr>
 * <tr><td>{@code rule}</td><td>the rule of the policy that covers the image, if there is one</td></tr>
 * <tr><td>{@code digest}</td><td>the digest that is vouched for, if the image is accepted</td></tr>
 * <tr><td>{@code evidence}</td><td>an array: {@code kind} (a word of {@link Evidence.Kind}), {@code subject},
 * {@code signer}, {@code predicateType}, {@code signedAt} and {@code validUntil} if known, {@code origin},
 * {@code notChecked}</td></tr>
 * <tr><td>{@code refused}</td><td>an array: {@code origin}, {@code requirement}, {@code reason} (a word of
 * {@link EvidenceException.Reason}), {@code message}</td></tr>
 * </tbody>
 * </table>
 *
 * <p>A {@code signer} has {@code kind}, {@code id} ({@link Signer#id}) and {@code name} (for people), and by kind:
 * {@code key}: {@code fingerprint}; {@code identity}: {@code identity}, {@code issuer}, {@code extensions};
 * {@code certificate}: {@code subject}, {@code fingerprint}, {@code trustStore}; {@code role}: {@code repository},
 * {@code role}, {@code threshold} if it is known; {@code policy}: {@code policy}.
 *
 * <p>Characters outside ASCII are escaped, so that the bytes are safe on any terminal. Immutable.
 */
public final class TrustReporter {
    /** The name of the schema. */
    public static final String SCHEMA = "dev.tallyclerk.evidence";

    /** The version of the schema. */
    public static final int SCHEMA_VERSION = 1;

    /** The JSON Schema, for {@link Class#getResourceAsStream} of this class; other modules may read it too. */
    public static final String SCHEMA_RESOURCE = "/META-INF/tallyclerk/evidence-1.schema.json";

    private final boolean indentation;

    private TrustReporter(boolean indentation) {
        this.indentation = indentation;
    }

    /** {@return a reporter that indents by two spaces and ends each line with a line feed} */
    public static TrustReporter create() {
        return new TrustReporter(true);
    }

    /**
     * {@return this reporter with or without indentation}
     *
     * @param indentation false to write the report on one line
     */
    public TrustReporter withIndentation(boolean indentation) {
        return new TrustReporter(indentation);
    }

    /**
     * Writes a result, and leaves the stream open.
     *
     * @throws IOException if the stream does
     */
    public void write(TrustResult trust, OutputStream out) throws IOException {
        JsonWriter json = indentation ? JsonWriter.pretty(out) : JsonWriter.compact(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.name("decision").beginObject();
        json.member("kind", trust.decision().kind().name().toLowerCase(Locale.ROOT));
        texts("because", trust.decision().because(), json);
        json.endObject();
        if (!trust.rule().isEmpty()) {
            json.member("rule", trust.rule());
        }
        if (trust.digest().isPresent()) {
            json.member("digest", trust.digest().get().digest().toString());
        }
        json.name("evidence").beginArray();
        for (Evidence evidence : trust.evidence()) {
            write(evidence, json);
        }
        json.endArray().name("refused").beginArray();
        for (RefusedEvidence refused : trust.refused()) {
            json.beginObject().member("origin", refused.origin()).member("requirement", refused.requirement());
            json.member("reason", refused.reason().name()).member("message", refused.message());
            json.endObject();
        }
        json.endArray().endObject();
        json.finish();
    }

    private static void write(Evidence evidence, JsonWriter json) throws IOException {
        json.beginObject().member("kind", evidence.kind().name());
        json.member("subject", evidence.subject().toString()).name("signer");
        write(evidence.signer(), json);
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

    private static void write(Signer signer, JsonWriter json) throws IOException {
        json.beginObject().member("kind", kind(signer));
        json.member("id", signer.id()).member("name", signer.toString());
        if (signer instanceof Signer.Key key) {
            json.member("fingerprint", key.fingerprint());
        } else if (signer instanceof Signer.Identity identity) {
            json.member("identity", identity.identity()).member("issuer", identity.issuer());
            json.name("extensions").beginObject();
            for (Map.Entry<String, String> extension : identity.extensions().entrySet()) {
                json.member(extension.getKey(), extension.getValue());
            }
            json.endObject();
        } else if (signer instanceof Signer.Certificate certificate) {
            json.member("subject", certificate.subject()).member("fingerprint", certificate.fingerprint());
            json.member("trustStore", certificate.trustStore());
        } else if (signer instanceof Signer.Role role) {
            json.member("repository", role.repository()).member("role", role.role());
            if (role.threshold().isPresent()) {
                json.member("threshold", role.threshold().getAsLong());
            }
        } else if (signer instanceof Signer.PolicyAuthor author) {
            json.member("policy", author.policy());
        }
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

    private static void texts(String name, List<String> texts, JsonWriter json) throws IOException {
        json.name(name).beginArray();
        for (String text : texts) {
            json.value(text);
        }
        json.endArray();
    }
}
