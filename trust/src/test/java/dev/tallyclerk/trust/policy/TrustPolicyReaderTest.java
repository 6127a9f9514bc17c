package dev.tallyclerk.trust.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.trust.cosign.TestSigner;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustPolicyReaderTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @BeforeEach
    void writeKey() throws IOException, GeneralSecurityException {
        byte[] encoded = TestSigner.create("EC", 256).key().publicKey().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END PUBLIC KEY-----\n";
        Files.writeString(folder.resolve("cosign.pub"), pem);
        Files.createDirectories(folder.resolve("truststore/x509/ca"));
        try (InputStream authority = TrustPolicyReaderTest.class.getResourceAsStream("/testdata/cosign/fulcio.pem")) {
            Files.write(
                    folder.resolve("ca.pem"), Objects.requireNonNull(authority).readAllBytes());
        }
        try (InputStream root = TrustPolicyReaderTest.class.getResourceAsStream("/testdata/cosign/trusted_root.json")) {
            Files.write(
                    folder.resolve("trusted_root.json"),
                    Objects.requireNonNull(root).readAllBytes());
        }
    }

    private TrustPolicy read(String document) throws PolicyException {
        return TrustPolicyReader.create()
                .withFolder(folder)
                .withTuf((repository, root, target) -> name -> ResolvedDigest.of(Digest.parse(DIGEST), "tuf"))
                .withNotary((gun, place, trust) -> {
                    throw new IOException("no client of " + gun + " at " + place);
                })
                .read(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static String rule(String requirement) {
        return "{'schemaVersion':1,'rules':[{'scope':'*','require':" + requirement + "}]}";
    }

    private static JsonSchema schema() throws IOException {
        try (InputStream in = TrustPolicyReader.class.getResourceAsStream(TrustPolicyReader.SCHEMA)) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                    .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static boolean isValid(String document) throws IOException {
        return schema().validate(document.replace('\'', '"'), InputFormat.JSON).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'reject':{}}",
                "{'reject':{'reason':'closed'}}",
                "{'insecureAcceptAnything':{}}",
                "{'pinned':{'digests':['" + "sha256:abababababababababababababababababababababababababababababababab"
                        + "']}}",
                "{'tuf':{'repository':'https://tuf.example.org/','root':{'data':'{}'}}}",
                "{'tuf':{'repository':'https://tuf.example.org/','root':{'path':'cosign.pub'},'target':'a'}}",
                "{'tuf':{'repository':'docker://registry.example.org/tuf:latest','root':{'data':'{}'}}}",
                "{'notary':{'rootTrust':{}}}",
                "{'notary':{'server':'https://notary.example.org','rootTrust':{'firstUse':true},'offline':'stored'}}",
                "{'notary':{'server':'http://localhost:4443/x','rootTrust':{'certificates':{'registry.example.org/*':['"
                        + "abababababababababababababababababababababababababababababababab"
                        + "']}},'roles':['targets/releases','targets/alice'],'offline':'only','allowExpired':true}}",
                "{'notary':{'saved':{'path':'app.zip'},'rootTrust':{'authorities':{'registry.example.org/':"
                        + "{'path':'ca.pem'}},'firstUse':false},'allowExpired':true,'offline':'refuse'}}",
                "{'key':{'keys':[{'path':'cosign.pub'}]}}",
                "{'key':{'keys':[{'path':'cosign.pub','hint':'k','validFrom':'2024-01-01T00:00:00Z',"
                        + "'validUntil':'2027-01-01T00:00:00Z'}],'hash':'SHA-384','annotations':{'a':'b'},"
                        + "'signedIdentity':{'type':'exactRepository','dockerRepository':'example.org/a'},"
                        + "'log':{'path':'trusted_root.json'}}}",
                "{'sigstore':{'trustedRoot':{'path':'trusted_root.json'},'identity':'a','issuer':'b'}}",
                "{'sigstore':{'trustedRoot':{'path':'trusted_root.json'},'identityPattern':'a.*','issuerPattern':'b|c',"
                        + "'extensions':{'sourceRepositoryURI':'https://example.org'},'logEntries':2,'timestamps':1,"
                        + "'certificateLogs':0,'annotations':{'a':'b'},'signedIdentity':{'type':'matchRepository'}}}",
                "{'notation':{'trustStore':{'path':'.'},'stores':['ca:acme'],'identities':['*'],'level':'permissive',"
                        + "'verifyTimestamp':'afterCertExpiry','userMetadata':{'a':'b'}}}",
                "{'attestation':{'by':{'key':{'keys':[{'path':'cosign.pub'}]}},'predicateType':'slsaprovenance1',"
                        + "'conditions':{'builderId':'b','sourceRepository':'s','sourceBelow':'p','materials':"
                        + "[{'uri':'u','digest':{'sha256':'ab'}}],'hasPackages':true,'vex':[{'vulnerability':'CVE-1',"
                        + "'status':['fixed','not_affected']}],'values':{'/a':1}}}}",
                "{'attestation':{'by':{'anyOf':[{'key':{'keys':[{'path':'cosign.pub'}]}}]},"
                        + "'predicateType':'https://example.org/own/v1'}}",
                "{'allOf':[{'insecureAcceptAnything':{}}]}",
                "{'anyOf':[{'insecureAcceptAnything':{}},{'reject':{}}]}",
                "{'atLeast':{'count':1,'of':[{'insecureAcceptAnything':{}},{'reject':{}}]}}",
            })
    void readsEveryKindOfRequirement(String requirement) throws PolicyException, IOException {
        assertEquals(1, read(rule(requirement)).rules().size());
        assertTrue(isValid(rule(requirement)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'reject':{},'pinned':{}}",
                "{'rejct':{}}",
                "{'reject':{'why':'x'}}",
                "{'insecureAcceptAnything':{'really':true}}",
                "{'pinned':{'digests':[]}}",
                "{'pinned':{'digests':['sha256']}}",
                "{'pinned':{}}",
                "{'tuf':{'repository':'https://tuf.example.org/'}}",
                "{'notary':{}}",
                "{'notary':{'rootTrust':{'firstUse':1}}}",
                "{'notary':{'rootTrust':{'tofu':true}}}",
                "{'notary':{'rootTrust':{'certificates':{'a':[]}}}}",
                "{'notary':{'rootTrust':{'certificates':{'a':['abc']}}}}",
                "{'notary':{'rootTrust':{'authorities':{'a':'ca.pem'}}}}",
                "{'notary':{'rootTrust':{},'roles':[]}}",
                "{'notary':{'rootTrust':{},'roles':['releases']}}",
                "{'notary':{'rootTrust':{},'offline':'never'}}",
                "{'notary':{'rootTrust':{},'server':'https://a.example.org','saved':{'path':'a'}}}",
                "{'notary':{'rootTrust':{},'saved':{}}}",
                "{'key':{}}",
                "{'key':{'keys':[]}}",
                "{'key':{'keys':[{}]}}",
                "{'key':{'keys':[{'path':'cosign.pub','data':'x'}]}}",
                "{'key':{'keys':[{'path':'cosign.pub'}],'hash':'SHA-1'}}",
                "{'key':{'keys':[{'path':'cosign.pub'}],'signedIdentity':{'type':'matchAll'}}}",
                "{'sigstore':{'identity':'a','issuer':'b'}}",
                "{'sigstore':{'trustedRoot':{'path':'trusted_root.json'},'identity':'a','identityPattern':'b','issuer':'b'}}",
                "{'sigstore':{'trustedRoot':{'path':'trusted_root.json'},'identity':'a'}}",
                "{'sigstore':{'trustedRoot':{'path':'trusted_root.json'},'identity':'','issuer':'b'}}",
                "{'sigstore':{'trustedRoot':{'path':'trusted_root.json'},'identity':'a','issuer':'b','timestamps':0}}",
                "{'notation':{'trustStore':{'path':'.'},'stores':['ca:acme'],'identities':['*'],'level':'skip'}}",
                "{'notation':{'trustStore':{'path':'.'}}}",
                "{'attestation':{'predicateType':'slsa'}}",
                "{'attestation':{'by':{'key':{'keys':[{'path':'cosign.pub'}]}},'predicateType':'slsa',"
                        + "'conditions':{'hasPackages':false}}}",
                "{'attestation':{'by':{'key':{'keys':[{'path':'cosign.pub'}]}},'predicateType':'openvex',"
                        + "'conditions':{'vex':[{'vulnerability':'CVE-1','status':[]}]}}}",
                "{'allOf':[]}",
                "{'atLeast':{'count':0,'of':[{'reject':{}}]}}",
                "[]",
                "'reject'",
            })
    void refusesWhatTheSchemaRefuses(String requirement) throws IOException {
        assertThrows(PolicyException.class, () -> read(rule(requirement)));
        assertEquals(false, isValid(rule(requirement)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'key':{'keys':[{'path':'missing.pub'}]}}",
                "{'key':{'keys':[{'path':'trusted_root.json'}]}}",
                "{'key':{'keys':[{'data':'no key'}]}}",
                "{'key':{'keys':[{'path':'cosign.pub','validFrom':'yesterday'}]}}",
                "{'sigstore':{'trustedRoot':{'path':'cosign.pub'},'identity':'a','issuer':'b'}}",
                "{'sigstore':{'trustedRoot':{'path':'trusted_root.json'},'identityPattern':'(','issuer':'b'}}",
                "{'sigstore':{'trustedRoot':{'path':'trusted_root.json'},'identity':'a','issuer':'b',"
                        + "'extensions':{'unknown':'x'}}}",
                "{'attestation':{'by':{'reject':{}},'predicateType':'slsa'}}",
                "{'attestation':{'by':{'key':{'keys':[{'path':'cosign.pub'}]}},'predicateType':'slsaprovenance9'}}",
                "{'atLeast':{'count':3,'of':[{'reject':{}}]}}",
                "{'tuf':{'repository':'tuf.example.org','root':{'data':'{}'}}}",
                "{'tuf':{'repository':'https:///metadata','root':{'data':'{}'}}}",
                "{'tuf':{'repository':'https:metadata','root':{'data':'{}'}}}",
                "{'tuf':{'repository':'docker:metadata','root':{'data':'{}'}}}",
                "{'tuf':{'repository':'ftp://tuf.example.org/','root':{'data':'{}'}}}",
                "{'tuf':{'repository':':::','root':{'data':'{}'}}}",
                "{'notary':{'server':'notary.example.org','rootTrust':{}}}",
                "{'notary':{'server':'https:///v2','rootTrust':{}}}",
                "{'notary':{'server':'file:///v2','rootTrust':{}}}",
                "{'notary':{'server':'https://u:p@notary.example.org','rootTrust':{}}}",
                "{'notary':{'rootTrust':{'authorities':{'':{'path':'cosign.pub'}}}}}",
                "{'notary':{'rootTrust':{'authorities':{'':{'path':'missing.pem'}}}}}",
                "{'notary':{'rootTrust':{},'offline':'stored','allowExpired':true}}",
                "{'notation':{'trustStore':{'path':'missing'},'stores':['ca:acme'],'identities':['*']}}",
                "{'notation':{'trustStore':{'path':'.'},'stores':['acme'],'identities':['*']}}",
            })
    void refusesWhatCannotBeMet(String requirement) {
        PolicyException refusal = assertThrows(PolicyException.class, () -> read(rule(requirement)));
        assertEquals(PolicyException.Reason.BAD_VALUE, refusal.reason());
        assertTrue(refusal.pointer().startsWith("/rules/0/require"), refusal.getMessage());
        assertTrue(refusal.position().isPresent());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'schemaVersion':1,'rules':[{'scope':'*','require':{'sigstor':{}}}]} | sigstore",
                "{'schemaVersion':1,'rule':[]} | rules",
                "{'schemaVersion':1,'rules':[{'scpe':'*','require':{'reject':{}}}]} | scope",
            })
    void suggestsTheKnownName(String document, String suggestion) {
        PolicyException refusal = assertThrows(PolicyException.class, () -> read(document));
        assertEquals(Optional.of(suggestion), refusal.suggestion());
    }

    @Test
    void namesLineAndColumn() {
        PolicyException refusal = assertThrows(
                PolicyException.class,
                () -> read("{'schemaVersion':1,\n 'rules':[\n  {'scope':'x y','require':{'reject':{}}}]}"));
        assertEquals(Optional.of(new PolicyException.Position(3, 4)), refusal.position());
        assertTrue(String.valueOf(refusal.getMessage()).contains("line 3, column 4"));
    }

    @Test
    void refusesTwoRulesWithOneScope() {
        assertThrows(
                PolicyException.class,
                () -> read("{'schemaVersion':1,'rules':[{'scope':'example.org','require':{'reject':{}}},"
                        + "{'scope':'example.org','require':{'insecureAcceptAnything':{}}}]}"));
    }

    @Test
    void refusesRequirementsThatAreTooDeep() {
        String deep = "{'allOf':[".repeat(8) + "{'reject':{}}" + "]}".repeat(8);
        assertThrows(PolicyException.class, () -> read(rule(deep)));
    }

    @Test
    void namesNoFilesUnlessItMay() {
        byte[] document = rule("{'key':{'keys':[{'path':'cosign.pub'}]}}")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8);
        assertThrows(PolicyException.class, () -> TrustPolicyReader.create().read(document));
    }

    private Requirement containers(String scope, String image) throws PolicyException {
        TrustPolicy policy = read(scope);
        return policy.ruleFor(Optional.of(Reference.parse(image))).orElseThrow().requirement();
    }

    @Test
    void readsThePolicyOfContainers() throws PolicyException {
        String policy = "{'default':[{'type':'reject'}],'transports':{'docker':{"
                + "'registry.example.org/team':[{'type':'sigstoreSigned','keyPath':'cosign.pub'}],"
                + "'docker.io/library/debian:12':[{'type':'insecureAcceptAnything'}],"
                + "'old.example.org':[{'type':'signedBy','keyType':'GPGKeys','keyPath':'/k'}]},"
                + "'docker-daemon':{'':[{'type':'insecureAcceptAnything'}]}}}";
        assertTrue(containers(policy, "quay.io/a/b:1") instanceof Requirement.Reject);
        assertTrue(containers(policy, "registry.example.org/team:1") instanceof SignedByKey);
        assertTrue(containers(policy, "registry.example.org/team/app:1") instanceof SignedByKey);
        assertTrue(containers(policy, "registry.example.org/teams/app:1") instanceof Requirement.Reject);
        assertTrue(containers(policy, "docker.io/library/debian:12") instanceof Requirement.InsecureAcceptAnything);
        assertTrue(containers(policy, "docker.io/library/debian:13") instanceof Requirement.Reject);
        assertTrue(containers(policy, "old.example.org/a:1") instanceof Requirement.Unsupported);
    }

    @Test
    void theDefaultOfTheTransportDockerIsForImagesWithANameOnly() throws PolicyException {
        TrustPolicy policy = read("{'default':[{'type':'reject'}],"
                + "'transports':{'docker':{'':[{'type':'insecureAcceptAnything'}]}}}");
        assertTrue(
                policy.ruleFor(Optional.of(Reference.parse("example.org/a:1")))
                                .orElseThrow()
                                .requirement()
                        instanceof Requirement.InsecureAcceptAnything);
        assertTrue(policy.ruleFor(Optional.empty()).orElseThrow().requirement() instanceof Requirement.Reject);
    }

    @Test
    void aRepositoryOfThePolicyOfContainersComesBeforeTheNamespaceAboveIt() throws PolicyException {
        String policy = "{'default':[{'type':'reject'}],'transports':{'docker':{"
                + "'example.org/team/app':[{'type':'reject'}],"
                + "'example.org/team':[{'type':'insecureAcceptAnything'}]}}}";
        assertTrue(containers(policy, "example.org/team/app:1") instanceof Requirement.Reject);
        assertTrue(containers(policy, "example.org/team/app/sub:1") instanceof Requirement.Reject);
        assertTrue(containers(policy, "example.org/team/other:1") instanceof Requirement.InsecureAcceptAnything);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'default':[]}",
                "{'default':[{'type':'accept'}]}",
                "{'default':[{'type':'sigstoreSigned'}]}",
                "{'default':[{'type':'sigstoreSigned','keyPath':'cosign.pub','keyData':'eA=='}]}",
                "{'default':[{'type':'reject'}],'transports':{'docker':{'example.org/a@sha256:00':[{'type':'reject'}]}}}",
                "{'default':[{'type':'reject'}],'transports':{'docker':{'debian':[{'type':'reject'}]}}}",
            })
    void refusesOtherPoliciesOfContainers(String policy) {
        assertThrows(PolicyException.class, () -> read(policy));
    }

    @Test
    void readsThePolicyOfNotation() throws PolicyException {
        TrustPolicy policy = read("{'version':'1.0','trustPolicies':[{'name':'all','registryScopes':['*'],"
                + "'signatureVerification':{'level':'strict'},'trustStores':['ca:acme'],'trustedIdentities':['*']}]}");
        assertTrue(policy.rules().get(0).requirement() instanceof Requirement.NotationSignature);
    }

    @Property(tries = 200)
    void anyBytesAreAPolicyOrRefusedInOneWay(@ForAll byte[] document) {
        try {
            TrustPolicyReader.create().read(document);
        } catch (PolicyException e) {
            assertTrue(e.getMessage() != null);
        }
    }

    @Test
    void tellsWhichFilesAPolicyNames() throws Exception {
        List<Path> told = new ArrayList<>();
        String document = rule("{'anyOf':[{'key':{'keys':[{'path':'cosign.pub'}]}},"
                + "{'notation':{'trustStore':{'path':'.'},'stores':['ca:acme'],'identities':['*']}}]}");
        TrustPolicyReader.create()
                .withFolder(folder)
                .withFileListener(told::add)
                .read(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        assertEquals(
                List.of(folder.resolve("cosign.pub"), folder.resolve("truststore")),
                told.stream().map(Path::normalize).toList());
    }

    @Test
    void tellsWhichRepositoriesInFoldersAPolicyNames() throws Exception {
        List<Path> told = new ArrayList<>();
        String document =
                rule("{'tuf':{'repository':'" + folder.resolve("metadata").toUri() + "','root':{'data':'{}'}}}");
        TrustPolicyReader.create()
                .withTuf((repository, root, target) -> name -> ResolvedDigest.of(Digest.parse(DIGEST), "tuf"))
                .withFileListener(told::add)
                .read(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        assertEquals(List.of(folder.resolve("metadata")), told);
    }
}
