package dev.tallyclerk.trust.attestation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.EvidenceException.Reason;
import dev.tallyclerk.trust.attestation.BillOfMaterials.Format;
import dev.tallyclerk.trust.attestation.BillOfMaterials.ListedPackage;
import dev.tallyclerk.trust.attestation.SlsaProvenance.Material;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredicateTest {
    static final String SLSA_1 = """
            {"buildDefinition": {"buildType": "https://actions.github.io/buildtypes/workflow/v1",
              "externalParameters": {"workflow": {"ref": "refs/tags/v1", "repository": "https://github.com/acme/shop"}},
              "resolvedDependencies": [
                {"uri": "git+https://github.com/acme/shop@refs/tags/v1", "digest": {"gitCommit": "abc"}},
                {"name": "nothing stated"}]},
             "runDetails": {"builder": {"id": "https://builder.test/v1", "version": {}},
              "metadata": {"invocationId": "run-7", "startedOn": "2026-03-14T09:26:53Z",
               "finishedOn": "2026-03-14T11:26:53.5+01:00"}}}
            """;

    static final String SLSA_0_2 = """
            {"builder": {"id": "https://builder.test/v1"}, "buildType": "https://mobyproject.org/buildkit@v1",
             "invocation": {"configSource": {"uri": "https://github.com/acme/shop.git#refs/heads/main",
              "digest": {"sha1": "abc"}, "entryPoint": "Dockerfile"}, "parameters": {}},
             "metadata": {"buildInvocationID": "run-7", "buildStartedOn": "2026-03-14T09:26:53Z", "buildFinishedOn": ""},
             "materials": [{"uri": "pkg:docker/alpine@3", "digest": {"sha256": "def"}}]}
            """;

    static final String SPDX = """
            {"spdxVersion": "SPDX-2.3", "name": "shop", "documentNamespace": "https://sbom.test/1", "packages": [
              {"name": "zlib", "versionInfo": "1.3", "externalRefs": [
                {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a"},
                {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                 "referenceLocator": "pkg:deb/debian/zlib@1.3"}]},
              {"name": "shop"}]}
            """;

    static final String CYCLONEDX = """
            {"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:1",
             "metadata": {"component": {"name": "shop", "type": "container"}},
             "components": [
              {"name": "a", "version": "1", "purl": "pkg:npm/a@1", "components": [{"name": "b", "components": []}]},
              {"name": "c", "version": "3"}]}
            """;

    static final String OPENVEX = """
            {"@context": "https://openvex.dev/ns/v0.2.0", "author": "Acme", "statements": [
              {"vulnerability": {"name": "CVE-2026-1", "@id": "https://nvd.test/CVE-2026-1", "aliases": ["GHSA-1"]},
               "products": [{"@id": "pkg:oci/shop", "identifiers": {"purl": "pkg:oci/shop@1"}}, "pkg:deb/zlib"],
               "status": "not_affected", "justification": "component_not_present"},
              {"vulnerability": "CVE-2026-2", "status": "affected"}]}
            """;

    static final String SCAN = """
            {"invocation": {}, "scanner": {"uri": "pkg:github/aquasecurity/trivy", "version": "0.50",
              "db": {"uri": "", "version": ""}, "result": {"SchemaVersion":  2}},
             "metadata": {"scanStartedOn": "2026-03-14T09:26:53Z", "scanFinishedOn": "2026-03-14T09:27:00Z"}}
            """;

    static Statement statement(PredicateType type, String predicate) throws EvidenceException {
        return StatementTest.parse(StatementTest.json(type.uris().get(0), predicate));
    }

    private static Predicate read(PredicateType type, String predicate) throws EvidenceException {
        return statement(type, predicate).predicate();
    }

    @Test
    void readsSlsaProvenance1() throws EvidenceException {
        assertEquals(
                new SlsaProvenance(
                        "https://builder.test/v1",
                        "https://actions.github.io/buildtypes/workflow/v1",
                        List.of("https://github.com/acme/shop"),
                        List.of(
                                new Material(
                                        "git+https://github.com/acme/shop@refs/tags/v1", Map.of("gitCommit", "abc")),
                                new Material("", Map.of())),
                        Optional.of("{\"workflow\":{\"ref\":\"refs/tags/v1\","
                                + "\"repository\":\"https://github.com/acme/shop\"}}"),
                        Optional.of("run-7"),
                        Optional.of(Instant.parse("2026-03-14T09:26:53Z")),
                        Optional.of(Instant.parse("2026-03-14T10:26:53.5Z"))),
                read(PredicateType.SLSA_PROVENANCE_1, SLSA_1));
    }

    @Test
    void readsSlsaProvenance02() throws EvidenceException {
        assertEquals(
                new SlsaProvenance(
                        "https://builder.test/v1",
                        "https://mobyproject.org/buildkit@v1",
                        List.of("https://github.com/acme/shop.git#refs/heads/main"),
                        List.of(new Material("pkg:docker/alpine@3", Map.of("sha256", "def"))),
                        Optional.of("{\"configSource\":{\"uri\":\"https://github.com/acme/shop.git#refs/heads/main\","
                                + "\"digest\":{\"sha1\":\"abc\"},\"entryPoint\":\"Dockerfile\"},\"parameters\":{}}"),
                        Optional.of("run-7"),
                        Optional.of(Instant.parse("2026-03-14T09:26:53Z")),
                        Optional.empty()),
                read(PredicateType.SLSA_PROVENANCE_0_2, SLSA_0_2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"source\": \"git+https://g.test/a\"} | git+https://g.test/a",
                "{\"source\": {\"uri\": \"https://g.test/a\"}} | https://g.test/a",
                "{\"configSource\": {\"uri\": \"https://g.test/a\"}} | https://g.test/a",
                "{\"sourceToBuild\": {\"repository\": \"https://g.test/a\"}} | https://g.test/a",
                "{\"workflow\": {\"repository\": 1}} | ''",
                "{\"workflow\": null, \"other\": {\"uri\": \"https://g.test/a\"}} | ''",
            })
    void findsTheSourceWhereBuildersNameIt(String parameters, String source) throws EvidenceException {
        SlsaProvenance provenance = (SlsaProvenance) read(
                PredicateType.SLSA_PROVENANCE_1,
                "{\"buildDefinition\":{\"buildType\":\"b\",\"externalParameters\":" + parameters
                        + "},\"runDetails\":{\"builder\":{\"id\":\"i\"}}}");
        assertEquals(source.isEmpty() ? List.of() : List.of(source), provenance.sources());
    }

    @Test
    void readsSpdx() throws EvidenceException {
        assertEquals(
                new BillOfMaterials(
                        Format.SPDX,
                        "SPDX-2.3",
                        "shop",
                        "https://sbom.test/1",
                        List.of(
                                new ListedPackage("zlib", "1.3", "pkg:deb/debian/zlib@1.3"),
                                new ListedPackage("shop", "", ""))),
                read(PredicateType.SPDX, SPDX));
        assertEquals(
                new BillOfMaterials(Format.SPDX, "SPDX-2.3", "", "", List.of()),
                read(PredicateType.SPDX, "{\"spdxVersion\":\"SPDX-2.3\"}"));
    }

    @Test
    void readsCycloneDxWithComponentsOfComponents() throws EvidenceException {
        assertEquals(
                new BillOfMaterials(
                        Format.CYCLONEDX,
                        "1.6",
                        "shop",
                        "urn:uuid:1",
                        List.of(
                                new ListedPackage("a", "1", "pkg:npm/a@1"),
                                new ListedPackage("b", "", ""),
                                new ListedPackage("c", "3", ""))),
                read(PredicateType.CYCLONEDX, CYCLONEDX));
    }

    @Test
    void readsOpenVexOfBothForms() throws EvidenceException {
        assertEquals(
                new OpenVex(
                        "Acme",
                        List.of(
                                new OpenVex.Statement(
                                        List.of("CVE-2026-1", "https://nvd.test/CVE-2026-1", "GHSA-1"),
                                        List.of("pkg:oci/shop", "pkg:oci/shop@1", "pkg:deb/zlib"),
                                        OpenVex.Status.NOT_AFFECTED,
                                        "component_not_present"),
                                new OpenVex.Statement(List.of("CVE-2026-2"), List.of(), OpenVex.Status.AFFECTED, ""))),
                read(PredicateType.OPENVEX, OPENVEX));
    }

    @Test
    void readsVulnerabilityScans() throws EvidenceException {
        assertEquals(
                new VulnerabilityScan(
                        "pkg:github/aquasecurity/trivy",
                        "0.50",
                        Optional.of(Instant.parse("2026-03-14T09:26:53Z")),
                        Optional.of(Instant.parse("2026-03-14T09:27:00Z")),
                        Optional.of("{\"SchemaVersion\":2}")),
                read(PredicateType.VULNERABILITY_SCAN, SCAN));
        assertEquals(
                new VulnerabilityScan("", "", Optional.empty(), Optional.empty(), Optional.empty()),
                read(PredicateType.VULNERABILITY_SCAN, "{}"));
    }

    @Test
    void readsCosignsSignaturesAndKeepsOthersAsTheyAre() throws EvidenceException {
        assertEquals(new Predicate.CosignSign(), read(PredicateType.COSIGN_SIGN, "{}"));
        assertEquals(new Predicate.CosignSign(), read(PredicateType.COSIGN_SIGN, "null"));
        assertEquals(
                new Predicate.Other(Optional.of("{\"Data\":\"a\",\"n\":1e2}")),
                read(PredicateType.CUSTOM, "{\"Data\": \"a\", \"n\": 1e2}"));
        assertEquals(new Predicate.Other(Optional.of("1")), read(PredicateType.LINK, "1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "slsaprovenance1 | null",
                "slsaprovenance1 | {}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{}},'runDetails':{}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{}},'runDetails':"
                        + "{'builder':{}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{}},'runDetails':"
                        + "{'builder':{'id':1}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{}},'runDetails':"
                        + "{'builder':{'id':'i','ID':'j'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':[]},'runDetails':"
                        + "{'builder':{'id':'i'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b'},'runDetails':{'builder':{'id':'i'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{}},'runDetails':"
                        + "{'builder':{'id':'i'},'metadata':{'startedOn':'yesterday'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{}},'runDetails':"
                        + "{'builder':{'id':'i'},'metadata':[]}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{},"
                        + "'resolvedDependencies':[{'uri':1}]},'runDetails':{'builder':{'id':'i'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{},"
                        + "'resolvedDependencies':[{'digest':{'sha256':1}}]},'runDetails':{'builder':{'id':'i'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{}},'RunDetails':{},"
                        + "'runDetails':{'builder':{'id':'i'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','BuildType':'c','externalParameters':{}},"
                        + "'runDetails':{'builder':{'id':'i'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{},"
                        + "'ExternalParameters':{}},'runDetails':{'builder':{'id':'i'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{}},'runDetails':"
                        + "{'builder':{'id':'i'},'Builder':{'id':'j'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{}},'runDetails':"
                        + "{'builder':{'id':'i'},'metadata':{'StartedOn':'2026-03-14T09:26:53Z'}}}",
                "slsaprovenance1 | {'buildDefinition':{'buildType':'b','externalParameters':{},"
                        + "'resolvedDependencies':[{'uri':'u','URI':'v'}]},'runDetails':{'builder':{'id':'i'}}}",
                "slsaprovenance | {'builder':{'id':'i'}}",
                "slsaprovenance | {'builder':{'id':'i'},'buildType':'b','invocation':{'configSource':{'uri':1}}}",
                "slsaprovenance | {'builder':{'id':'i'},'buildType':'b','Materials':[]}",
                "slsaprovenance | {'builder':{'id':'i'},'buildType':'b','invocation':{'ConfigSource':{}}}",
                "slsaprovenance | {'builder':{'id':'i'},'buildType':'b','invocation':{'configSource':{'URI':''}}}",
                "slsaprovenance | {'builder':{'id':'i'},'buildType':'b','metadata':{'buildstartedon':''}}",
                "spdx | {}",
                "spdx | \"SPDX-2.3\"",
                "spdx | {'spdxVersion':'SPDX-3.0'}",
                "spdx | {'spdxVersion':'SPDX-2.3','packages':[{}]}",
                "spdx | {'spdxVersion':'SPDX-2.3','packages':{}}",
                "spdx | {'spdxVersion':'SPDX-2.3','Packages':[]}",
                "spdx | {'spdxVersion':'SPDX-2.3','packages':[{'name':'a','Name':'b'}]}",
                "spdx | {'spdxVersion':'SPDX-2.3','packages':[{'name':'a','externalRefs':[{'referenceType':'purl'}]}]}",
                "spdx | {'spdxVersion':'SPDX-2.3','packages':[{'name':'a','externalRefs':[{'ReferenceType':'purl'}]}]}",
                "cyclonedx | {}",
                "cyclonedx | {'bomFormat':'SPDX','specVersion':'1.6'}",
                "cyclonedx | {'bomFormat':'CycloneDX'}",
                "cyclonedx | {'bomFormat':'CycloneDX','specVersion':'1.6','components':[{}]}",
                "cyclonedx | {'bomFormat':'CycloneDX','specVersion':'1.6','components':[{'name':'a','PURL':'b'}]}",
                "cyclonedx | {'bomFormat':'CycloneDX','specVersion':'1.6','Components':[]}",
                "openvex | {}",
                "openvex | {'author':'a','statements':[{'vulnerability':'v','status':'fine'}]}",
                "openvex | {'author':'a','statements':[{'vulnerability':'v'}]}",
                "openvex | {'author':'a','statements':[{'vulnerability':{},'status':'fixed'}]}",
                "openvex | {'author':'a','statements':[{'vulnerability':{'name':'v','Name':''},'status':'fixed'}]}",
                "openvex | {'author':'a','statements':[{'vulnerability':'v','status':'fixed','Status':'affected'}]}",
                "openvex | {'author':'a','Statements':[]}",
                "openvex | {'author':'a','statements':[{'vulnerability':'v','status':'fixed','products':[{'@ID':''}]}]}",
                "vuln | []",
                "vuln | {'scanner':[]}",
                "vuln | {'Scanner':{}}",
                "vuln | {'scanner':{'URI':''}}",
                "vuln | {'metadata':{'scanstartedon':''}}",
                "sign | {'a':1}",
                "sign | []",
            })
    void refusesMembersOfAnotherForm(String type, String predicate) {
        EvidenceException e = assertThrows(
                EvidenceException.class, () -> read(PredicateType.of(type), predicate.replace('\'', '"')), predicate);
        assertEquals(Reason.MALFORMED, e.reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "spdx | {'spdxVersion':'SPDX-2.3','packages':[%s]} | {'name':'a'}",
                "spdx | {'spdxVersion':'SPDX-2.3','packages':[{'name':'a','externalRefs':[%s]}]} | {}",
                "cyclonedx | {'bomFormat':'CycloneDX','specVersion':'1','components':[%s]} | {'name':'a'}",
                "cyclonedx | {'bomFormat':'CycloneDX','specVersion':'1','components':[{'name':'a',"
                        + "'components':[{'name':'b'}]},%s]} | {'name':'a'}",
                "openvex | {'author':'a','statements':[%s]} | {'vulnerability':'v','status':'fixed'}",
                "slsaprovenance | {'builder':{'id':'i'},'buildType':'b','materials':[%s]} | {}",
            })
    void refusesMoreEntriesThanTheLimit(String type, String predicate, String entry) throws EvidenceException {
        String one = entry.replace('\'', '"');
        String form = predicate.replace('\'', '"');
        int beside = form.contains("\"b\"}]},") ? 2 : 0;
        AttestationLimits limits = AttestationLimits.defaults().withMaxEntries(3);
        String full = String.format(form, String.join(",", Collections.nCopies(3 - beside, one)));
        parse(type, full, limits).predicate();
        Statement more =
                parse(type, String.format(form, String.join(",", Collections.nCopies(4 - beside, one))), limits);
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                assertThrows(EvidenceException.class, more::predicate).reason());
    }

    private static Statement parse(String type, String predicate, AttestationLimits limits) throws EvidenceException {
        String uri = PredicateType.of(type).uris().get(0);
        return Statement.parse(StatementTest.json(uri, predicate).getBytes(StandardCharsets.UTF_8), limits);
    }
}
