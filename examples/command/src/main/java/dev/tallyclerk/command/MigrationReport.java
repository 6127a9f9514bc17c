package dev.tallyclerk.command;

import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.migrate.MigratedTarget;
import dev.tallyclerk.trust.migrate.MigrationPlan;
import dev.tallyclerk.trust.migrate.NotCarried;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.metadata.NotaryRole;
import dev.tallyclerk.trust.notary.metadata.NotaryRoleKey;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what was moved from a Notary collection. The JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.notary-migration", "schemaVersion": 1, "gun": TEXT, ...as trust list, "image": NAME,
 *  "destination": "plan" or "tuf" or "cosign", "dryRun": BOOLEAN,
 *  "carried": [{"tag": TEXT, "digests": [DIGEST...], "size": NUMBER, "role": TEXT, "alsoListedBy": [TEXT...],
 *               "signedBy": [HEX...]}...],
 *  "notCarried": [{"reason": TEXT, "role": TEXT, "name": TEXT, "detail": TEXT}...],
 *  "done": [TEXT...], "missing": [TEXT...]}
 * }</pre>
 *
 * where {@code signedBy} are the keys that vouched so far.
 */
record MigrationReport(
        Terminal terminal, NotaryCollection collection, boolean confirmed, MigrationPlan plan, boolean dryRun) {
    /** Writes the report, and returns the exit status. */
    int write(
            NotaryReport.Format format,
            List<NotCarried> notCarried,
            String destination,
            List<String> done,
            List<String> missing)
            throws IOException {
        if (format == NotaryReport.Format.JSON) {
            writeJson(notCarried, destination, done, missing);
        } else {
            writeText(notCarried, done, missing);
        }
        return plan.isComplete() ? ExitCode.ACCEPTED : ExitCode.INCOMPLETE;
    }

    private void writeText(List<NotCarried> notCarried, List<String> done, List<String> missing) {
        PrintStream out = terminal.out();
        NotaryReport.line(collection, confirmed, out);
        out.println();
        out.println(plan.carried().size() + " tags are carried over as " + Quoted.printable(plan.image()) + ":TAG");
        if (!plan.carried().isEmpty()) {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("TAG", "DIGEST", "SIZE (BYTES)", "ROLE", "ALSO LISTED BY"));
            for (MigratedTarget target : plan.carried()) {
                rows.add(List.of(
                        target.tag(),
                        target.digest().toString(),
                        Long.toString(target.size()),
                        Quoted.printable(target.role()),
                        Quoted.printable(String.join(" ", target.alsoListedBy()))));
            }
            NotaryReport.table(rows, out);
        }
        for (NotaryRole role : signers()) {
            out.println();
            out.println(Quoted.printable(role.role()) + " is signed by");
            signed(role).forEach(key -> out.println("  " + Quoted.printable(key)));
        }
        if (!notCarried.isEmpty()) {
            out.println();
            out.println("Not carried over");
            for (NotCarried each : notCarried) {
                String name = each.name().isEmpty() ? "" : " " + each.name();
                out.println("  " + Quoted.printable(each.reason() + "  " + each.role() + name + ": " + each.detail()));
            }
        }
        if (!done.isEmpty() || !missing.isEmpty()) {
            out.println();
            out.println(dryRun ? "Would change" : "Changed");
            done.forEach(line -> out.println("  " + Quoted.printable(line)));
            missing.forEach(line -> out.println("  missing: " + Quoted.printable(line)));
        }
    }

    /** {@return the roles whose statements are carried over} */
    private List<NotaryRole> signers() {
        return collection.signedRoles().stream()
                .filter(role ->
                        plan.roles().stream().anyMatch(each -> each.role().equals(role.role())))
                .toList();
    }

    private static List<String> signed(NotaryRole role) {
        return role.keys().stream()
                .filter(NotaryRoleKey::signed)
                .map(key -> key.id() + (key.subject().isEmpty() ? "" : ", " + key.subject()))
                .toList();
    }

    private void writeJson(List<NotCarried> notCarried, String destination, List<String> done, List<String> missing)
            throws IOException {
        JsonOutput json = new JsonOutput(terminal.out());
        json.beginObject().member("schema", "dev.tallyclerk.notary-migration").member("schemaVersion", 1);
        NotaryReport.members(collection, confirmed, json);
        json.member("image", plan.image()).member("destination", destination).member("dryRun", dryRun);
        List<NotaryRole> signers = signers();
        json.name("carried").beginArray();
        for (MigratedTarget target : plan.carried()) {
            json.beginObject().member("tag", target.tag());
            NotaryReport.digests(target.digests(), json);
            json.member("size", target.size()).member("role", target.role());
            NotaryReport.texts("alsoListedBy", target.alsoListedBy(), json);
            NotaryReport.texts(
                    "signedBy",
                    signers.stream()
                            .filter(role -> role.role().equals(target.role()))
                            .flatMap(role -> role.keys().stream())
                            .filter(NotaryRoleKey::signed)
                            .map(NotaryRoleKey::id)
                            .toList(),
                    json);
            json.endObject();
        }
        json.endArray().name("notCarried").beginArray();
        for (NotCarried each : notCarried) {
            json.beginObject().member("reason", each.reason().name()).member("role", each.role());
            json.member("name", each.name()).member("detail", each.detail()).endObject();
        }
        json.endArray();
        NotaryReport.texts("done", done, json);
        NotaryReport.texts("missing", missing, json);
        json.endObject().finish();
    }
}
