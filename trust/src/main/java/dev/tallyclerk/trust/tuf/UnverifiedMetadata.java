package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.internal.json.CanonicalReader;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.MemberNames;
import dev.tallyclerk.trust.tuf.internal.read.MetadataReader;
import dev.tallyclerk.trust.tuf.internal.read.MetadataRole;
import dev.tallyclerk.trust.tuf.internal.read.SignedFile;
import dev.tallyclerk.trust.tuf.metadata.SignedPart;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The unverified content of a metadata file, which anyone may have written. For programs that show files; use
 * {@link TrustedMetadata} for decisions.
 *
 * @param content what the file says. {@link TargetInfo#role} is always {@code targets}, because the file of a delegated
 *     role does not contain the role's name
 * @param keyIds the key ids with a signature, in document order. An empty signature does not count; some repositories
 *     write one for each key that has not signed yet
 */
public record UnverifiedMetadata(SignedPart content, List<String> keyIds) {
    private static final MemberNames TYPE = MemberNames.of("_type");
    private static final String STEP = "4";

    public UnverifiedMetadata {
        Objects.requireNonNull(content, "content");
        keyIds = List.copyOf(keyIds);
    }

    /**
     * Reads a file of any role.
     *
     * @param file the file
     * @param limits how long files may be
     * @return the content
     * @throws TufException if it is not a metadata file, or longer than the limit for its role
     */
    public static UnverifiedMetadata parse(byte[] file, TufLimits limits) throws TufException {
        int longest = 1;
        for (TopLevelRole role : TopLevelRole.values()) {
            longest = Math.max(longest, MetadataRole.of(role).maxBytes(limits));
        }
        SignedFile any = SignedFile.parse(MetadataRole.TARGETS, STEP, file, longest);
        MetadataRole role = MetadataRole.of(type(any.signed()));
        int limit = role.maxBytes(limits);
        if (file.length > limit) {
            throw role.tooLarge(STEP, limit, null);
        }
        SignedFile signed = new SignedFile(role, STEP, any.message());
        List<String> keyIds = any.message().signatures().entrySet().stream()
                .filter(signature -> !signature.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        return new UnverifiedMetadata(content(signed), keyIds);
    }

    private static TopLevelRole type(CanonicalReader signed) throws TufException {
        try {
            signed.beginObject();
            if (signed.nextMember(TYPE) == null) {
                throw signed.missing("_type");
            }
            Optional<TopLevelRole> role = TopLevelRole.named(signed.string());
            if (role.isEmpty()) {
                throw signed.badValue("is not a type of TUF metadata");
            }
            return role.get();
        } catch (JsonException e) {
            throw MetadataRole.TARGETS.malformed(STEP, e);
        }
    }

    private static SignedPart content(SignedFile file) throws TufException {
        return switch (file.role().kind()) {
            case ROOT -> file.read(MetadataReader::root);
            case TIMESTAMP -> file.read(MetadataReader::timestamp);
            case SNAPSHOT -> file.read(MetadataReader::snapshot);
            case TARGETS ->
                file.read((body, header) -> MetadataReader.targets(body, header, MetadataRole.TARGETS.name()));
        };
    }
}
