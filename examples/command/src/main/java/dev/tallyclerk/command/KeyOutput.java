package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.sign.SigningKey;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How a private key is written, and the report about it. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.key", "schemaVersion": 1, "key": HEX, "form": "cosign" or "pkcs8",
 *  "privateFile": TEXT, "publicFile"?: TEXT}
 * }</pre>
 *
 * <p>{@code key} is the SHA-256 of the public key.
 */
final class KeyOutput {
    @Option(
            names = "--form",
            paramLabel = "FORM",
            defaultValue = "cosign",
            description = "cosign, which cosign reads; or pkcs8, which OpenSSL reads; default cosign. sign and attest"
                    + " read both.")
    private KeyFile.Form form = KeyFile.Form.COSIGN;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private Format format = Format.TEXT;

    /** Formats of the report. */
    enum Format {
        TEXT,
        JSON
    }

    byte[] encrypted(PrivateKey key, char[] password) {
        return form.encrypted(key, password);
    }

    void write(SigningKey key, Path privateFile, @Nullable Path publicFile, Terminal terminal) throws IOException {
        if (format == Format.JSON) {
            JsonOutput json = new JsonOutput(terminal.out());
            json.beginObject().member("schema", "dev.tallyclerk.key").member("schemaVersion", 1);
            json.member("key", key.publicKey().fingerprint());
            json.member("form", form.name().toLowerCase(Locale.ROOT));
            json.member("privateFile", privateFile.toString());
            if (publicFile != null) {
                json.member("publicFile", publicFile.toString());
            }
            json.endObject().finish();
            return;
        }
        field("Key", key.publicKey().toString(), terminal);
        field("Private key", privateFile.toString(), terminal);
        if (publicFile != null) {
            field("Public key", publicFile.toString(), terminal);
        }
        terminal.out().flush();
    }

    private static void field(String label, String value, Terminal terminal) {
        terminal.out().println(String.format(Locale.ROOT, "%-13s", label) + Quoted.printable(value));
    }
}
