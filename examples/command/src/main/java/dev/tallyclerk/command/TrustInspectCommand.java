package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.metadata.NotaryDelegation;
import dev.tallyclerk.trust.notary.metadata.NotaryRole;
import dev.tallyclerk.trust.notary.metadata.NotaryRoleKey;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code tallyclerk trust inspect}: who signs for a Notary v1 collection. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.notary-roles", "schemaVersion": 1, "gun": TEXT, ...as trust list,
 *  "roles": [{"role": TEXT, "version": NUMBER, "expires": TIME, "threshold": NUMBER, "paths"?: [TEXT...],
 *             "targets"?: NUMBER,
 *             "keys": [{"id": HEX, "type": TEXT, "keyId"?: HEX, "subject"?: TEXT, "certificateExpires"?: TIME,
 *                       "signed": BOOLEAN}...]}...]}
 * }</pre>
 */
@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Verifies a Notary v1 collection and shows its roles: versions, expiry, keys and thresholds, and what each"
                    + " delegated role may list.",
            "Each key has the id by which --pin or a trust policy can pin it."
        },
        footer = {
            "",
            "Exit status: 0 shown; 1 the collection is not trusted, or there is none; 3 usage error or unreadable"
                    + " input; 4 server or network error."
        })
final class TrustInspectCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Clock clock;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private NotaryOptions notary;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json; default text.")
    private NotaryReport.Format format = NotaryReport.Format.TEXT;

    @Mixin
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private RegistryAccess registry;

    TrustInspectCommand(Terminal terminal, Clock clock) {
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public Integer call() throws IOException {
        return notary.run(terminal, notary.client(terminal, clock, registry.clients(terminal), true), this::write);
    }

    private int write(NotaryCollection collection) throws IOException {
        if (format == NotaryReport.Format.JSON) {
            writeJson(collection);
            return ExitCode.ACCEPTED;
        }
        NotaryReport.line(collection, notary.isConfirmed(collection), terminal.out());
        for (NotaryRole role : collection.signedRoles()) {
            terminal.out().println();
            String lists = delegation(collection, role)
                    .map(each -> ", " + collection.targetsOf(role.role()).size() + " targets")
                    .orElse("");
            say(role.role() + ": version " + role.version() + ", expires " + role.expires() + ", " + role.threshold()
                    + " of " + role.keys().size() + " keys" + lists);
            delegation(collection, role)
                    .ifPresent(each -> say("  may list: "
                            + (each.paths().isEmpty()
                                    ? "nothing"
                                    : each.paths().stream()
                                            .map(path -> path.isEmpty() ? "every name" : Quoted.quote(path) + "...")
                                            .collect(Collectors.joining(", ")))));
            role.keys().forEach(this::say);
        }
        return ExitCode.ACCEPTED;
    }

    private static Optional<NotaryDelegation> delegation(NotaryCollection collection, NotaryRole role) {
        return collection.roles().stream()
                .filter(each -> each.role().equals(role.role()))
                .findFirst();
    }

    private void say(NotaryRoleKey key) {
        String certificate = key.subject().isEmpty()
                ? ""
                : ", " + key.subject()
                        + key.certificateExpires().map(end -> ", until " + end).orElse("");
        String bare = key.bareId().isEmpty() || key.bareId().equals(key.id()) ? "" : " (key " + key.bareId() + ")";
        say("  " + (key.signed() ? "signed  " : "        ") + key.id() + bare + ", " + key.type() + certificate);
    }

    private void say(String line) {
        terminal.out().println(Quoted.printable(line));
    }

    private void writeJson(NotaryCollection collection) throws IOException {
        JsonOutput json = new JsonOutput(terminal.out());
        json.beginObject().member("schema", "dev.tallyclerk.notary-roles").member("schemaVersion", 1);
        NotaryReport.members(collection, notary.isConfirmed(collection), json);
        json.name("roles").beginArray();
        for (NotaryRole role : collection.signedRoles()) {
            json.beginObject().member("role", role.role()).member("version", role.version());
            json.member("expires", role.expires().toString()).member("threshold", role.threshold());
            Optional<NotaryDelegation> lists = delegation(collection, role);
            if (lists.isPresent()) {
                NotaryReport.texts("paths", lists.get().paths(), json);
                json.member("targets", collection.targetsOf(role.role()).size());
            }
            keys(role.keys(), json);
            json.endObject();
        }
        json.endArray().endObject().finish();
    }

    private static void keys(List<NotaryRoleKey> keys, JsonOutput json) throws IOException {
        json.name("keys").beginArray();
        for (NotaryRoleKey key : keys) {
            json.beginObject().member("id", key.id()).member("type", key.type());
            if (!key.bareId().isEmpty()) {
                json.member("keyId", key.bareId());
            }
            if (!key.subject().isEmpty()) {
                json.member("subject", key.subject());
            }
            if (key.certificateExpires().isPresent()) {
                json.member("certificateExpires", key.certificateExpires().get().toString());
            }
            json.member("signed", key.signed()).endObject();
        }
        json.endArray();
    }
}
