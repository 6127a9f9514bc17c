package dev.tallyclerk.hardening.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.audit.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SwarmRulesTest {
    private static final String MANAGER = "{'Swarm':{'LocalNodeState':'active','ControlAvailable':true,'Managers':3}}";

    private static SwarmSubject.Builder manager() throws MalformedSubjectException {
        return SwarmSubject.builder("host").info(Swarms.json(MANAGER));
    }

    private static String withSwarm(String rule, String spec) throws MalformedSubjectException {
        return Swarms.outcome(manager().swarm(Swarms.json(spec)).build(), rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SWM-001", "SWM-002", "SWM-003", "SWM-004", "SWM-005", "SWM-006", "SWM-007", "SWM-008", "SWM-009",
                "SWM-010"
            })
    void aSingleEngineHasNoSwarm(String rule) throws MalformedSubjectException {
        for (String info :
                List.of("{'Swarm':{'LocalNodeState':'inactive'}}", "{'Swarm':{'LocalNodeState':''}}", "{}")) {
            assertEquals(
                    "NOT_APPLICABLE",
                    Swarms.outcome(
                            SwarmSubject.builder("host").info(Swarms.json(info)).build(), rule));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SWM-001", "SWM-002", "SWM-003", "SWM-004", "SWM-005", "SWM-007", "SWM-008", "SWM-010"})
    void aWorkerKnowsNothing(String rule) throws MalformedSubjectException {
        SwarmSubject worker = SwarmSubject.builder("host")
                .info(Swarms.json("{'Swarm':{'LocalNodeState':'active','ControlAvailable':false,'Managers':0}}"))
                .networks(Swarms.json("[]"))
                .build();
        assertEquals("UNKNOWN", Swarms.outcome(worker, rule));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SWM-001", "SWM-002", "SWM-003", "SWM-004", "SWM-005", "SWM-006", "SWM-007", "SWM-008", "SWM-009",
                "SWM-010"
            })
    void withoutADocumentEverythingIsUnknown(String rule) {
        assertEquals("UNKNOWN", Swarms.outcome(SwarmSubject.builder("host").build(), rule));
        assertEquals(
                "UNKNOWN",
                Swarms.outcome(SwarmSubject.builder("host").infoUnread("no").build(), rule));
    }

    @Test
    void aLockedManagerIsUnknown() throws MalformedSubjectException {
        SwarmSubject locked = SwarmSubject.builder("host")
                .info(Swarms.json("{'Swarm':{'LocalNodeState':'locked','ControlAvailable':false}}"))
                .build();
        assertEquals("UNKNOWN", Swarms.outcome(locked, "SWM-005"));
    }

    @ParameterizedTest
    @CsvSource({"1, FAIL", "2, FAIL", "3, PASS", "4, FAIL", "5, PASS", "7, PASS", "9, FAIL"})
    void managersAreThreeFiveOrSeven(int managers, String outcome) throws MalformedSubjectException {
        SwarmSubject swarm = SwarmSubject.builder("host")
                .info(Swarms.json(MANAGER.replace("3", Integer.toString(managers))))
                .build();
        assertEquals(outcome, Swarms.outcome(swarm, "SWM-001"));
    }

    @Test
    void managersAreCountedAmongNodesOtherwise() throws MalformedSubjectException {
        SwarmSubject swarm = SwarmSubject.builder("host")
                .info(Swarms.json("{'Swarm':{'LocalNodeState':'active','ControlAvailable':true}}"))
                .nodes(Swarms.json("[{'ID':'a','Spec':{'Role':'manager'}},{'ID':'b','Spec':{'Role':'worker'}}]"))
                .build();
        assertEquals("FAIL", Swarms.outcome(swarm, "SWM-001"));
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:2377, FAIL",
        "*:2377, FAIL",
        "[::]:2377, FAIL",
        "10.0.0.1:2377, PASS",
        "0.0.0.0:2376, PASS",
        "127.0.0.1:2377, PASS"
    })
    void theControlPortIsOnOneAddress(String listener, String outcome) throws MalformedSubjectException {
        assertEquals(
                outcome,
                Swarms.outcome(manager().listeners(List.of("*:22", listener)).build(), "SWM-002"));
    }

    @Test
    void theApiAloneDoesNotTellWhereTheControlPortIs() throws MalformedSubjectException {
        String nodes = "[{'ID':'a','Spec':{'Role':'manager'},'ManagerStatus':{'Addr':'10.0.0.1:2377'}}]";
        assertEquals(
                "UNKNOWN", Swarms.outcome(manager().nodes(Swarms.json(nodes)).build(), "SWM-002"));
        String open = nodes.replace("10.0.0.1", "0.0.0.0");
        assertEquals("FAIL", Swarms.outcome(manager().nodes(Swarms.json(open)).build(), "SWM-002"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'Driver':'overlay','Name':'a','Options':{'encrypted':''}} | PASS",
                "{'Driver':'overlay','Name':'a','Options':{'encrypted':'true'}} | PASS",
                "{'Driver':'overlay','Name':'a','Options':{'encrypted':'false'}} | FAIL",
                "{'Driver':'overlay','Name':'a','Options':{}} | FAIL",
                "{'Driver':'overlay','Name':'a','Options':null} | FAIL",
                "{'Driver':'overlay','Name':'ingress','Ingress':true} | FAIL",
                "{'Driver':'bridge','Name':'a'} | PASS"
            })
    void overlayNetworksAreEncrypted(String network, String outcome) throws MalformedSubjectException {
        assertEquals(
                outcome,
                Swarms.outcome(
                        manager().networks(Swarms.json("[" + network + "]")).build(), "SWM-003"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'Env':['DB_PASSWORD=Kq7vT2pZ9wLx'] | FAIL",
                "'Env':['DB_PASSWORD=Kq7vT2pZ9wLx'],'Secrets':[{'SecretID':'x'}] | PASS",
                "'Env':['DB_PASSWORD_FILE=/run/secrets/db'] | PASS",
                "'Image':'a' | PASS"
            })
    void servicesTakeSecretsFromTheSwarm(String container, String outcome) throws MalformedSubjectException {
        List<SwarmService> services = SwarmServiceReader.create()
                .read(Swarms.json("[{'Spec':{'Name':'s','TaskTemplate':{'ContainerSpec':{" + container + "}}}}]"));
        assertEquals(outcome, Swarms.outcome(manager().services(services).build(), "SWM-004"));
    }

    @ParameterizedTest
    @CsvSource({"true, PASS", "false, FAIL"})
    void managersAreLocked(String locked, String outcome) throws MalformedSubjectException {
        assertEquals(
                outcome, withSwarm("SWM-005", "{'Spec':{'EncryptionConfig':{'AutoLockManagers':" + locked + "}}}"));
    }

    @ParameterizedTest
    @CsvSource({"7776000000000000, PASS", "7776000000000001, FAIL", "172800000000000, PASS"})
    void certificatesLiveShortly(String nanoseconds, String outcome) throws MalformedSubjectException {
        assertEquals(outcome, withSwarm("SWM-007", "{'Spec':{'CAConfig':{'NodeCertExpiry':" + nanoseconds + "}}}"));
    }

    @Test
    void theReportOfAManagerRepeatsItsSettings() throws MalformedSubjectException {
        SwarmSubject swarm = SwarmSubject.builder("host")
                .info(Swarms.json("{'Swarm':{'LocalNodeState':'active','ControlAvailable':true,"
                        + "'Cluster':{'Spec':{'EncryptionConfig':{'AutoLockManagers':false}}}}}"))
                .build();
        assertEquals("FAIL", Swarms.outcome(swarm, "SWM-005"));
    }

    @ParameterizedTest
    @CsvSource({"SWM-006, MANUAL", "SWM-008, MANUAL", "SWM-009, MANUAL"})
    void whatNoEngineRecordsIsForAPerson(String rule, String outcome) throws MalformedSubjectException {
        assertEquals(outcome, withSwarm(rule, "{'RootRotationInProgress':false}"));
    }

    @Test
    void aRotationThatRunsIsOne() throws MalformedSubjectException {
        assertEquals("PASS", withSwarm("SWM-008", "{'RootRotationInProgress':true}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{'a':1,'a':2}"})
    void refusesWhatIsNotTheAnswer(String document) throws MalformedSubjectException {
        SwarmSubject.Builder builder = manager();
        assertThrows(MalformedSubjectException.class, () -> builder.swarm(Swarms.json(document)));
    }

    @Test
    void refusesAListOfSomethingElse() throws MalformedSubjectException {
        SwarmSubject.Builder builder = manager();
        MalformedSubjectException e =
                assertThrows(MalformedSubjectException.class, () -> builder.nodes(Swarms.json("[{}]")));
        assertEquals(Reason.MISSING_MEMBER, e.reason());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'ContainerSpec':{'Image':'a'} | PASS",
                "'NetworkAttachmentSpec':{'ContainerID':'c'},'Runtime':'attachment' | PASS",
                "'PluginSpec':{'Name':'p','Remote':'example.test/p:1'},'Runtime':'plugin' | FAIL",
                "'Runtime':'wasm' | UNKNOWN"
            })
    void aServiceWhoseTasksAreNotContainersIsNotPassedOver(String task, String outcome)
            throws MalformedSubjectException {
        byte[] services = Swarms.json("[{'Spec':{'Name':'s','TaskTemplate':{" + task + "}}}]");
        SwarmSubject swarm = manager()
                .services(SwarmServiceReader.create().read(services))
                .otherServices(SwarmServiceReader.create().readOthers(services))
                .build();
        assertEquals(outcome, Swarms.outcome(swarm, "SWM-010"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'PluginPrivilege':[{'Name':'mount','Value':['/var/run']},{'Name':'capabilities','Value':['CAP_SYS_ADMIN']}]",
                "'privileges':[{'name':'mount','value':['/var/run']},{'name':'capabilities','value':['CAP_SYS_ADMIN']}]"
            })
    void whatAPluginIsGrantedIsInTheFinding(String privileges) throws MalformedSubjectException {
        byte[] services = Swarms.json("[{'Spec':{'Name':'s','TaskTemplate':{'PluginSpec':{'Remote':'example.test/p:1',"
                + privileges + "}}}}]");
        SwarmSubject swarm = manager()
                .otherServices(SwarmServiceReader.create().readOthers(services))
                .build();
        Finding finding = Swarms.audit(swarm).findings().stream()
                .filter(each -> each.rule().id().value().equals("SWM-010"))
                .findFirst()
                .orElseThrow();
        assertEquals(Severity.HIGH, finding.severity());
        assertEquals(
                "[plugin=example.test/p:1, capabilities=CAP_SYS_ADMIN, mount=/var/run]",
                finding.problem().orElseThrow().evidence().toString());
    }
}
