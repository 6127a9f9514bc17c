package dev.tallyclerk.command;

import dev.tallyclerk.command.TufInspection.InspectedBins;
import dev.tallyclerk.command.TufInspection.InspectedFile;
import dev.tallyclerk.command.TufInspection.InspectedRole;
import dev.tallyclerk.trust.key.DeclaredKey;
import dev.tallyclerk.trust.tuf.UnverifiedMetadata;
import dev.tallyclerk.trust.tuf.metadata.Delegations;
import dev.tallyclerk.trust.tuf.metadata.MetaFile;
import dev.tallyclerk.trust.tuf.metadata.PathSelector;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.Root;
import dev.tallyclerk.trust.tuf.metadata.SignedPart;
import dev.tallyclerk.trust.tuf.metadata.Snapshot;
import dev.tallyclerk.trust.tuf.metadata.Targets;
import dev.tallyclerk.trust.tuf.metadata.Timestamp;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes an inspection as JSON:
 *
 * <pre>{@code
 * {"schema": "dev.tallyclerk.tuf-inspection", "schemaVersion": 1, "place": TEXT, "anchor": TEXT, "files": [FILE...]}
 *
 * FILE: {"name": TEXT, "verdict": "verified"|"refused"|"not_verified"|"missing", "why": TEXT, and if it can be read
 *        "type": "root"|"timestamp"|"snapshot"|"targets", "version": NUMBER, "specVersion": TEXT, "expires": TIME,
 *        "expired": BOOLEAN, and "repeated": true if an earlier file of the role has the rest, else
 *        "signatures": [KEYID...],
 *        of a root: "consistentSnapshot": BOOLEAN, "keys": [KEY...], "roles": {NAME: SIGNERS...},
 *        of a timestamp: "snapshot": NUMBER,
 *        of a snapshot: "files": {NAME: NUMBER...},
 *        of targets: "targets": NUMBER, "keys": [KEY...], "delegations": [ROLE...], "bins"?: BINS}
 * KEY: {"keyId": TEXT, "scheme": TEXT} or {"keyId": TEXT, "unusable": MalformedKeyException.Reason}
 * SIGNERS: {"keyIds": [KEYID...], "threshold": NUMBER}
 * ROLE: {"name": TEXT, "signers": SIGNERS, "terminating": BOOLEAN, "paths" or "pathHashPrefixes": [TEXT...], "file": FILE}
 * BINS: {"namePrefix": TEXT, "bitLength": NUMBER, "signers": SIGNERS, "listed": NUMBER, "files": [FILE...]}
 * }</pre>
 */
final class TufInspectionJson {
    private static final String SCHEMA = "dev.tallyclerk.tuf-inspection";
    private static final int SCHEMA_VERSION = 1;

    private final TufInspection inspection;
    private final JsonOutput json;

    private TufInspectionJson(TufInspection inspection, JsonOutput json) {
        this.inspection = inspection;
        this.json = json;
    }

    static void write(TufInspection inspection, OutputStream out) throws IOException {
        JsonOutput json = new JsonOutput(out);
        json.beginObject().member("schema", SCHEMA).member("schemaVersion", SCHEMA_VERSION);
        json.member("place", inspection.place()).member("anchor", inspection.anchor());
        json.name("files");
        new TufInspectionJson(inspection, json).files(inspection.files());
        json.endObject().finish();
    }

    private void files(List<InspectedFile> files) throws IOException {
        json.beginArray();
        for (InspectedFile file : files) {
            file(file);
        }
        json.endArray();
    }

    private void file(InspectedFile file) throws IOException {
        json.beginObject().member("name", file.name());
        json.member("verdict", file.verdict().name().toLowerCase(Locale.ROOT)).member("why", file.why());
        UnverifiedMetadata content = file.content();
        if (content != null) {
            SignedPart signed = content.content();
            json.member("type", type(signed).roleName()).member("version", signed.version());
            json.member("specVersion", signed.specVersion());
            json.member("expires", signed.expires().toString()).member("expired", inspection.isExpired(content));
            if (file.repeated()) {
                json.member("repeated", true);
            } else {
                texts("signatures", content.keyIds());
                content(signed);
            }
        }
        boolean targets = content != null && content.content() instanceof Targets;
        if (targets && !(file.repeated() && file.delegations().isEmpty())) {
            json.name("delegations").beginArray();
            for (InspectedRole role : file.delegations()) {
                role(role);
            }
            json.endArray();
        }
        if (file.bins() != null) {
            bins(file.bins());
        }
        json.endObject();
    }

    private static TopLevelRole type(SignedPart signed) {
        return signed instanceof Root
                ? TopLevelRole.ROOT
                : signed instanceof Timestamp
                        ? TopLevelRole.TIMESTAMP
                        : signed instanceof Snapshot ? TopLevelRole.SNAPSHOT : TopLevelRole.TARGETS;
    }

    private void content(SignedPart signed) throws IOException {
        if (signed instanceof Root root) {
            json.member("consistentSnapshot", root.consistentSnapshot());
            keys(root.keys());
            json.name("roles").beginObject();
            for (TopLevelRole role : TopLevelRole.values()) {
                signers(role.roleName(), root.keysOf(role));
            }
            json.endObject();
        } else if (signed instanceof Timestamp timestamp) {
            json.member("snapshot", timestamp.snapshot().version());
        } else if (signed instanceof Snapshot snapshot) {
            json.name("files").beginObject();
            for (Map.Entry<String, MetaFile> listed : new TreeMap<>(snapshot.meta()).entrySet()) {
                json.member(listed.getKey(), listed.getValue().version());
            }
            json.endObject();
        } else if (signed instanceof Targets targets) {
            json.member("targets", targets.targets().size());
            keys(targets.delegations().fold(Map::of, Delegations.Listed::keys, Delegations.Succinct::keys));
        }
    }

    private void keys(Map<String, DeclaredKey> keys) throws IOException {
        json.name("keys").beginArray();
        for (DeclaredKey key : new TreeMap<>(keys).values()) {
            json.beginObject().member("keyId", key.keyId());
            if (key instanceof DeclaredKey.Usable usable) {
                json.member("scheme", usable.key().scheme().schemeName());
            } else if (key instanceof DeclaredKey.Unusable unusable) {
                json.member("unusable", unusable.reason().name().toLowerCase(Locale.ROOT));
            }
            json.endObject();
        }
        json.endArray();
    }

    private void signers(String name, RoleKeys signers) throws IOException {
        json.name(name).beginObject();
        texts("keyIds", signers.keyIds());
        json.member("threshold", signers.threshold()).endObject();
    }

    private void role(InspectedRole role) throws IOException {
        json.beginObject().member("name", role.name());
        signers("signers", role.keys());
        json.member("terminating", role.terminating());
        if (role.paths() instanceof PathSelector.Patterns patterns) {
            texts("paths", patterns.patterns());
        } else if (role.paths() instanceof PathSelector.HashPrefixes prefixes) {
            texts("pathHashPrefixes", prefixes.prefixes());
        }
        json.name("file");
        file(role.file());
        json.endObject();
    }

    private void bins(InspectedBins bins) throws IOException {
        json.name("bins").beginObject();
        json.member("namePrefix", bins.namePrefix()).member("bitLength", bins.bitLength());
        signers("signers", bins.keys());
        json.member("listed", bins.listed()).name("files");
        files(bins.files());
        json.endObject();
    }

    private void texts(String name, List<String> texts) throws IOException {
        json.name(name).beginArray();
        for (String text : texts) {
            json.value(text);
        }
        json.endArray();
    }
}
