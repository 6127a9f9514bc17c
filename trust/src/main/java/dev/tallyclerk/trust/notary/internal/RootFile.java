package dev.tallyclerk.trust.notary.internal;

import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import java.util.HashMap;
import java.util.Map;

/** A root: which keys sign for each role. Immutable. */
public final class RootFile {
    private static final MemberNames ROOT = MemberNames.of("keys", "roles", "consistent_snapshot");

    private final NotaryFile file;
    private final Map<String, RoleSigners> roles = new HashMap<>();

    private RootFile(NotaryFile file, Signatures signatures) throws JsonException {
        this.file = file;
        JsonCursor signed = file.signed();
        signed.refuseCaseVariants(ROOT);
        Map<String, NotaryKey> keys = KeysReader.keys(signed.required("keys"), signatures);
        JsonCursor declared = signed.required("roles");
        declared.refuseCaseVariants(Roles.TOP_LEVEL);
        for (String role : Roles.TOP_LEVEL) {
            roles.put(role, RoleSigners.of(KeysReader.role(declared.required(role), keys), keys));
        }
    }

    /**
     * {@return the parsed root, with nothing in it trusted}
     *
     * @param bytes the file, not copied
     * @param maxBytes how long it may be
     * @param signatures verifies what its keys have signed
     */
    public static RootFile parse(byte[] bytes, int maxBytes, Signatures signatures) throws NotaryException {
        NotaryFile file = NotaryFile.parse(Roles.ROOT, bytes, maxBytes);
        try {
            return new RootFile(file, signatures);
        } catch (JsonException e) {
            throw NotaryFile.malformed(Roles.ROOT, e);
        }
    }

    /** {@return the file} */
    public NotaryFile file() {
        return file;
    }

    /** {@return the version} */
    public long version() {
        return file.version();
    }

    /** {@return who signs for a top-level role} */
    public RoleSigners signersOf(String role) {
        RoleSigners signers = roles.get(role);
        if (signers == null) {
            throw new IllegalArgumentException("not a top-level role: " + role);
        }
        return signers;
    }
}
