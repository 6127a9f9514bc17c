package dev.tallyclerk.trust.tuf;

import static dev.tallyclerk.trust.tuf.TufAssertions.refuses;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.trust.key.SigningKey;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import dev.tallyclerk.trust.tuf.metadata.TufException;
import dev.tallyclerk.trust.tuf.metadata.TufException.Reason;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are shown and not trusted. */
class UnverifiedMetadataTest {
    private final TestRepository repository = new TestRepository();

    private byte[] file(TopLevelRole role) {
        return repository.fileNamed(
                role == TopLevelRole.TIMESTAMP ? "timestamp.json" : TestRepository.fileName(role, 1));
    }

    private static TufLimits limits(TopLevelRole role, int bytes) {
        TufLimits limits = TufLimits.defaults();
        return switch (role) {
            case ROOT -> limits.withRootBytes(bytes);
            case TIMESTAMP -> limits.withTimestampBytes(bytes);
            case SNAPSHOT -> limits.withSnapshotBytes(bytes);
            case TARGETS -> limits.withTargetsBytes(bytes);
        };
    }

    @ParameterizedTest
    @EnumSource(TopLevelRole.class)
    void aFileSaysOfWhichRoleItIsAndMayBeAsLongAsFilesOfThatRole(TopLevelRole role) throws TufException {
        byte[] file = file(role);
        UnverifiedMetadata read = UnverifiedMetadata.parse(file, limits(role, file.length));
        assertEquals(1, read.content().version());
        assertEquals(List.of(repository.keysOf(role).get(0).keyId()), read.keyIds());
        refuses(
                Reason.LIMIT_EXCEEDED,
                role.roleName(),
                "4",
                () -> UnverifiedMetadata.parse(file, limits(role, file.length - 1)));
    }

    @Test
    void whoIsStillToSignHasNoSignature() throws TufException {
        SigningKey signer = repository.keysOf(TopLevelRole.ROOT).get(0);
        byte[] file = TestRepository.file(
                repository.root,
                List.of(
                        Map.of("keyid", "still to sign", "sig", ""),
                        TestRepository.signature(signer.keyId(), signer, repository.root)));
        assertEquals(
                List.of(signer.keyId()),
                UnverifiedMetadata.parse(file, TufLimits.defaults()).keyIds());
    }

    @Test
    void signaturesOfAnybodyAreShown() throws TufException {
        SigningKey nobody = SigningKey.ed25519();
        byte[] file = TestRepository.sign(repository.targets, List.of(nobody));
        assertEquals(
                List.of(nobody.keyId()),
                UnverifiedMetadata.parse(file, TufLimits.defaults()).keyIds());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|/signed/_type",
                "{\"_type\": \"mirrors\"}|/signed/_type",
                "{\"_type\": 1}|/signed/_type",
                "[]|/signed"
            })
    void aFileOfNoRoleIsRefused(String signed, String pointer) {
        byte[] file = ("{\"signatures\": [], \"signed\": " + signed + "}").getBytes(StandardCharsets.UTF_8);
        TufException e =
                refuses(Reason.MALFORMED, "targets", "4", () -> UnverifiedMetadata.parse(file, TufLimits.defaults()));
        assertEquals(pointer, e.pointer().orElseThrow());
    }

    @Test
    void whatIsWrongInAFileIsSaidOfItsRole() {
        byte[] file = TestRepository.sign(Map.of("_type", "snapshot"), List.of());
        refuses(Reason.MALFORMED, "snapshot", "4", () -> UnverifiedMetadata.parse(file, TufLimits.defaults()));
    }
}
