package dev.tallyclerk.trust.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.AttachmentSource;
import dev.tallyclerk.evidence.Attachments;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.ImageCandidate;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.trust.fetch.MetadataFetcher;
import dev.tallyclerk.trust.notary.ContentTrust;
import dev.tallyclerk.trust.notary.NotaryClient;
import dev.tallyclerk.trust.notary.NotaryFiles;
import dev.tallyclerk.trust.notary.NotaryRootTrust;
import dev.tallyclerk.trust.store.MetadataStore;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Policies that demand targets of a collection which the real client and server made. */
class NotaryPolicyTest {
    private static final Digest LISTED =
            Digest.parse("sha256:ccbcc0a1ec5969256f4adb0952d8b6650d83a13014b4770e5f3d3cf389f7fc51");
    private static final Reference NAME = Reference.parse("docker.io/acme/app:1.0");
    private static final String ROOT_ID = "'rootTrust':{'certificates':{'docker.io/acme/*':['%s']}}";
    private static final Instant BEFORE = Instant.parse("2026-11-25T00:00:00Z");
    private static final Instant LONG_AFTER = Instant.parse("2027-01-01T00:00:00Z");

    private final MetadataStore store = MetadataStore.inMemory();
    private final List<URI> asked = new ArrayList<>();
    private MetadataFetcher files = NotaryFiles.ofFolder(folder());
    private Instant now = BEFORE;

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(NotaryPolicyTest.class.getResource("/testdata/notary/dct/05-witness"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private NotaryAccess access() {
        return (gun, place, trust) -> {
            asked.add(place);
            return NotaryClient.of(gun, files, trust).withStore(store).withClock(Clock.fixed(now, ZoneOffset.UTC));
        };
    }

    private TrustPolicy policy(String notary) throws PolicyException {
        String document = "{'schemaVersion':1,'rules':[{'scope':'*','require':{'notary':" + notary + "}}]}";
        return TrustPolicyReader.create()
                .withFolder(folder())
                .withNotary(access())
                .read(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ImageCandidate image(Digest resolved) {
        return new ImageCandidate() {
            @Override
            public TargetArtifact resolve() {
                return new TargetArtifact("", resolved, 8);
            }

            @Override
            public Optional<TargetArtifact> manifest(Digest digest) {
                return digest.equals(LISTED) ? Optional.of(new TargetArtifact("", LISTED, 8)) : Optional.empty();
            }

            @Override
            public AttachmentSource attachments() {
                return subject -> Attachments.NONE;
            }
        };
    }

    private TrustResult decide(TrustPolicy policy, Reference name) throws IOException {
        return TrustVerifier.of(policy).vouch(Optional.of(name), image(Digest.sha256Of(new byte[0])));
    }

    private TrustResult decide(String notary) throws IOException, PolicyException {
        return decide(policy(notary), NAME);
    }

    private static void assertKind(Decision.Kind kind, TrustResult result) {
        assertEquals(
                kind,
                result.decision().kind(),
                () -> String.valueOf(result.decision().because()));
    }

    @Test
    void theEvidenceHasTheRoleAndUntilWhenItHolds() throws Exception {
        TrustResult result = decide("{'server':'https://notary.example.org','rootTrust':{'firstUse':true}}");
        assertKind(Decision.Kind.ACCEPTED, result);
        assertEquals(LISTED, result.digest().orElseThrow().digest());
        Evidence evidence = result.evidence().get(0);
        assertEquals(Evidence.Kind.NOTARY_TARGET, evidence.kind());
        assertEquals(
                new Signer.Role("https://notary.example.org", "targets/releases", OptionalLong.of(1)),
                evidence.signer());
        assertTrue(evidence.validUntil().orElseThrow().toString().startsWith("2026-12-08T"));
        assertEquals(List.of(), evidence.notChecked());
        assertEquals(List.of(URI.create("https://notary.example.org")), asked);
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io/acme/app:1.0, ACCEPTED",
        "docker.io/acme/app:absent, REJECTED",
        "docker.io/acme/other:1.0, REJECTED",
        "docker.io/acme/app@sha256:ccbcc0a1ec5969256f4adb0952d8b6650d83a13014b4770e5f3d3cf389f7fc51, REJECTED"
    })
    void theCollectionOfTheRepositoryHasToListTheTag(String name, Decision.Kind kind) throws Exception {
        assertKind(kind, decide(policy("{'rootTrust':{'firstUse':true}}"), Reference.parse(name)));
    }

    @Test
    void withoutAServerAsksThatOfDocker() throws Exception {
        decide("{'rootTrust':{'firstUse':true}}");
        assertEquals(List.of(URI.create("https://notary.docker.io")), asked);
    }

    @Test
    void aSavedCopyIsNamedByItsPath() throws Exception {
        decide("{'saved':{'path':'copy.zip'},'rootTrust':{'firstUse':true}}");
        assertEquals(List.of(folder().resolve("copy.zip").toUri()), asked);
    }

    private String rootId() throws Exception {
        return NotaryClient.of("docker.io/acme/app", files, NotaryRootTrust.firstUse())
                .withClock(Clock.fixed(now, ZoneOffset.UTC))
                .update()
                .rootKeyIds()
                .get(0);
    }

    @Test
    void aRootIsTrustedByItsPin() throws Exception {
        assertKind(Decision.Kind.ACCEPTED, decide("{" + ROOT_ID.formatted(rootId()) + "}"));
        assertKind(Decision.Kind.REJECTED, decide("{" + ROOT_ID.formatted("00".repeat(32)) + "}"));
    }

    @Test
    void noRootIsTrustedOnFirstUseUnlessThePolicySaysSo() throws Exception {
        TrustResult result = decide("{'rootTrust':{}}");
        assertKind(Decision.Kind.REJECTED, result);
        assertTrue(result.decision().because().toString().contains("NOT_PINNED"));
        decide("{'rootTrust':{'firstUse':true}}");
        assertKind(Decision.Kind.ACCEPTED, decide("{'rootTrust':{'firstUse':false}}"));
    }

    @Test
    void theNamedRolesHaveToListTheTag() throws Exception {
        String rest = "'rootTrust':{'firstUse':true},'roles':[";
        TrustResult alice = decide("{" + rest + "'targets/alice']}");
        assertKind(Decision.Kind.ACCEPTED, alice);
        assertEquals(
                new Signer.Role("the image's registry", "targets/alice", OptionalLong.of(1)),
                alice.evidence().get(0).signer());
        assertKind(Decision.Kind.REJECTED, decide("{" + rest + "'targets']}"));
        assertKind(Decision.Kind.REJECTED, decide("{" + rest + "'targets/nobody']}"));
    }

    /** The owner of the keys above both can act for either. */
    @Test
    void twoRolesOfOneCollectionAreOneSigner() throws Exception {
        String each = "{'notary':{'rootTrust':{'firstUse':true},'roles':['targets/%s']}}";
        String both = "{'schemaVersion':1,'rules':[{'scope':'*','require':{'atLeast':{'count':2,'of':["
                + each.formatted("releases") + "," + each.formatted("alice") + "," + each.formatted("nobody")
                + "]}}}]}";
        TrustPolicy policy = TrustPolicyReader.create()
                .withNotary(access())
                .read(both.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        TrustResult result = TrustVerifier.of(policy).vouch(Optional.of(NAME), image(LISTED));
        assertKind(Decision.Kind.REJECTED, result);
        assertEquals(2, result.evidence().size());
    }

    @Test
    void aServerThatGivesNoAnswerIsAFailureUnlessTheStoredCollectionWillDo() throws Exception {
        String trust = "'rootTrust':{'firstUse':true}";
        decide("{" + trust + "}");
        files = (name, maxBytes) -> {
            throw new IOException("no route");
        };
        assertThrows(DigestResolutionException.class, () -> decide("{" + trust + ",'offline':'refuse'}"));
        TrustResult stored = decide("{" + trust + ",'offline':'stored'}");
        assertKind(Decision.Kind.ACCEPTED, stored);
        assertEquals(
                List.of("whether the metadata is current"),
                stored.evidence().get(0).notChecked());
    }

    @Test
    void offlineOnlyMakesNoRequest() throws Exception {
        decide("{'rootTrust':{'firstUse':true}}");
        files = (name, maxBytes) -> {
            throw new IllegalStateException("asked for " + name);
        };
        assertKind(Decision.Kind.ACCEPTED, decide("{'rootTrust':{},'offline':'only'}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"refuse", "only"})
    void expiredMetadataWillDoOnlyIfThePolicySaysSo(String offline) throws Exception {
        String start = "{'rootTrust':{'firstUse':true},'offline':'" + offline + "'";
        decide("{'rootTrust':{'firstUse':true}}");
        now = LONG_AFTER;
        TrustResult refused = decide(start + "}");
        assertKind(Decision.Kind.REJECTED, refused);
        assertTrue(refused.decision().because().toString().contains("EXPIRED"));
        TrustResult allowed = decide(start + ",'allowExpired':true}");
        assertKind(Decision.Kind.ACCEPTED, allowed);
        Evidence evidence = allowed.evidence().get(0);
        assertTrue(evidence.notChecked().contains("whether the metadata has expired"));
        assertTrue(evidence.validUntil().orElseThrow().isBefore(now));
    }

    @Test
    void explainsServerRootsRolesAndFreshness() throws Exception {
        Requirement requirement = policy("{'server':'https://notary.example.org'," + ROOT_ID.formatted("ab".repeat(32))
                        + ",'offline':'stored'}")
                .rules()
                .get(0)
                .requirement();
        assertEquals(
                "a target of the Notary collection at https://notary.example.org (root pinned for docker.io/acme/*; no root"
                        + " trusted on first use; listed by targets/releases or targets; or as stored if the server gives"
                        + " no answer)",
                requirement.toString());
    }

    @Test
    void contentTrustOfDockerIsAPolicy() throws Exception {
        TrustPolicy on = TrustPolicy.ofContentTrust(ContentTrust.enabled(), access());
        assertKind(Decision.Kind.ACCEPTED, decide(on, NAME));
        assertKind(Decision.Kind.REJECTED, decide(on, Reference.parse("docker.io/acme/app:absent")));
        assertKind(Decision.Kind.REJECTED, decide(on, Reference.parse("docker.io/acme/app@" + LISTED)));
        assertKind(Decision.Kind.REJECTED, TrustVerifier.of(on).vouch(Optional.empty(), image(LISTED)));
        files = MetadataFetcher.ofFiles(Map.of());
        assertKind(Decision.Kind.ACCEPTED, decide(on, NAME));
        assertEquals(URI.create("https://notary.docker.io"), asked.get(0));
        asked.clear();
        URI own = URI.create("http://localhost:4443");
        decide(TrustPolicy.ofContentTrust(ContentTrust.enabled().withServer(own), access()), NAME);
        assertEquals(List.of(own), asked);
    }

    @Test
    void contentTrustThatIsOffAcceptsEveryImage() throws Exception {
        TrustPolicy off = TrustPolicy.ofContentTrust(ContentTrust.of(Map.of()), access());
        assertKind(Decision.Kind.ACCEPTED, decide(off, Reference.parse("docker.io/acme/app:absent")));
        assertEquals(List.of(), asked);
    }

    @Test
    void namesNoCollectionsUnlessItMay() {
        byte[] document =
                "{\"schemaVersion\":1,\"rules\":[{\"scope\":\"*\",\"require\":{\"notary\":{\"rootTrust\":{}}}}]}"
                        .getBytes(StandardCharsets.UTF_8);
        assertThrows(PolicyException.class, () -> TrustPolicyReader.create().read(document));
    }

    @Test
    void aClientThatCannotBeMadeIsAFailure() throws PolicyException {
        byte[] document =
                "{\"schemaVersion\":1,\"rules\":[{\"scope\":\"*\",\"require\":{\"notary\":{\"rootTrust\":{}}}}]}"
                        .getBytes(StandardCharsets.UTF_8);
        TrustPolicy policy = TrustPolicyReader.create()
                .withNotary((gun, place, trust) -> {
                    throw new IOException("no home");
                })
                .read(document);
        DigestResolutionException e = assertThrows(DigestResolutionException.class, () -> decide(policy, NAME));
        assertEquals(DigestResolutionException.Reason.UNAVAILABLE, e.reason());
    }
}
