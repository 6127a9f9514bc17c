package dev.tallyclerk.trust.notary.internal;

import dev.tallyclerk.internal.json.CompactJson;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.notary.metadata.NotaryDelegation;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.tuf.metadata.RoleKeys;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The file of a targets role: its targets, and the roles that it delegates to. Immutable. */
public final class TargetsFile {
    private static final MemberNames TARGETS = MemberNames.of("targets", "delegations");
    private static final MemberNames TARGET = MemberNames.of("length", "hashes", "custom");
    private static final MemberNames DELEGATIONS = MemberNames.of("keys", "roles");
    private static final MemberNames DELEGATION = MemberNames.of("name", "keyids", "threshold", "paths");

    private final NotaryFile file;
    private final Map<String, TargetInfo> targets = new LinkedHashMap<>();
    private final List<Child> children = new ArrayList<>();

    private TargetsFile(NotaryFile file, Signatures signatures) throws JsonException {
        this.file = file;
        JsonCursor signed = file.signed();
        signed.refuseCaseVariants(TARGETS);
        Optional<JsonCursor> listed = signed.optional("targets");
        if (listed.isPresent()) {
            for (Map.Entry<String, JsonCursor> target : listed.get().members().entrySet()) {
                targets.put(target.getKey(), target(target.getKey(), target.getValue()));
            }
        }
        Optional<JsonCursor> delegations = signed.optional("delegations");
        if (delegations.isPresent()) {
            readDelegations(delegations.get(), signatures);
        }
    }

    /** A delegated role and who signs for it. */
    public record Child(NotaryDelegation role, RoleSigners signers) {}

    /**
     * {@return the parsed file}
     *
     * @param signatures verifies what the keys of its delegations have signed
     */
    public static TargetsFile of(NotaryFile file, Signatures signatures) throws NotaryException {
        try {
            return new TargetsFile(file, signatures);
        } catch (JsonException e) {
            throw NotaryFile.malformed(file.role(), e);
        }
    }

    private TargetInfo target(String name, JsonCursor in) throws JsonException {
        in.refuseCaseVariants(TARGET);
        Optional<JsonCursor> custom = in.optional("custom");
        return new TargetInfo(
                name,
                in.required("length").integer(0, Long.MAX_VALUE),
                HashesReader.hashes(in.required("hashes")),
                file.role(),
                custom.isPresent() ? CompactJson.of(custom.get().value()) : "");
    }

    private void readDelegations(JsonCursor in, Signatures signatures) throws JsonException {
        in.refuseCaseVariants(DELEGATIONS);
        Optional<JsonCursor> declared = in.optional("keys");
        Map<String, NotaryKey> keys = declared.isPresent() ? KeysReader.keys(declared.get(), signatures) : Map.of();
        Optional<JsonCursor> roles = in.optional("roles");
        if (roles.isEmpty()) {
            return;
        }
        Set<String> names = new HashSet<>();
        for (JsonCursor role : roles.get().elements()) {
            role.refuseCaseVariants(DELEGATION);
            JsonCursor name = role.required("name");
            if (!Roles.isChild(name.string(), file.role())) {
                throw name.badValue("must be a role directly below " + file.role());
            }
            if (!names.add(name.string())) {
                throw name.badValue("is delegated to twice");
            }
            RoleKeys roleKeys = KeysReader.role(role, keys);
            children.add(new Child(
                    new NotaryDelegation(name.string(), roleKeys, role.strings("paths")),
                    RoleSigners.of(roleKeys, keys)));
        }
    }

    /** {@return the file} */
    public NotaryFile file() {
        return file;
    }

    /** {@return the targets by name, including those that the role may not list} */
    public Map<String, TargetInfo> targets() {
        return targets;
    }

    /** {@return the delegated roles, in their order} */
    public List<Child> children() {
        return children;
    }
}
