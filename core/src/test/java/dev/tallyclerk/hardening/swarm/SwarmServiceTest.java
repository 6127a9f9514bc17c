package dev.tallyclerk.hardening.swarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.audit.Finding;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SwarmServiceTest {
    private static SwarmService service(String task) throws MalformedSubjectException {
        return SwarmServiceReader.create()
                .withNetworks(Swarms.json("[{'Id':'h1','Name':'host'},{'Id':'n1','Name':'net'}]"))
                .read(Swarms.json("[{'ID':'x','Spec':{'Name':'web','Labels':{'com.docker.stack.namespace':'shop'},"
                        + "'TaskTemplate':{" + task + "},'EndpointSpec':{'Ports':[{'Protocol':'tcp',"
                        + "'TargetPort':22,'PublishedPort':22,'PublishMode':'ingress'}]}}}]"))
                .get(0);
    }

    private static SwarmService container(String spec) throws MalformedSubjectException {
        return service("'ContainerSpec':{'Image':'web:1'," + spec + "}");
    }

    private static List<String> places(SwarmService service, String rule) {
        return Swarms.audit(service).findings().stream()
                .filter(finding -> finding.rule().id().value().equals(rule))
                .map(Finding::problem)
                .flatMap(Optional::stream)
                .map(Problem::at)
                .map(Location::toString)
                .toList();
    }

    @Test
    void isNamedWithItsImageAndStack() throws MalformedSubjectException {
        SwarmService service = container("'User':'1'");
        assertEquals("web", service.ref().name());
        assertEquals(Map.of("image", "web:1", "stack", "shop"), service.ref().labels());
        assertEquals("host/web", service.onHost("host").ref().name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'CapabilityAdd':['CAP_SYS_ADMIN'] | RUN-012 | FAIL",
                "'CapabilityAdd':null | RUN-012 | PASS",
                "'ReadOnly':true | RUN-021 | PASS",
                "'ReadOnly':false | RUN-021 | FAIL",
                "'Mounts':[{'Type':'bind','Source':'/var/run/docker.sock','Target':'/s'}] | RUN-002 | FAIL",
                "'Mounts':[{'Type':'bind','Source':'/srv/api','Target':'/var/run/docker.sock'}] | RUN-002 | FAIL",
                "'Mounts':[{'Type':'bind','Source':'/etc','Target':'/e'}] | RUN-024 | FAIL",
                "'Privileges':{'Seccomp':{'Mode':'unconfined'}} | RUN-015 | FAIL",
                "'Privileges':{'Seccomp':{'Mode':'default'}} | RUN-015 | PASS",
                "'Privileges':{'NoNewPrivileges':true} | RUN-019 | PASS",
                "'User':'0' | RUN-043 | FAIL",
                "'User':'1000' | RUN-043 | PASS",
                "'Healthcheck':{'Test':['CMD','true']} | RUN-045 | PASS",
                "'Healthcheck':{'Test':['NONE']} | RUN-046 | FAIL",
                "'Env':['DB_PASSWORD=Kq7vT2pZ9wLx'] | RUN-047 | FAIL",
                "'Ulimits':[{'Name':'nofile','Soft':1,'Hard':2}] | RUN-033 | PASS",
                "'User':'1' | RUN-001 | PASS"
            })
    void theRulesForContainersJudgeIt(String spec, String rule, String outcome) throws MalformedSubjectException {
        assertEquals(outcome, Swarms.outcome(container(spec), rule));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'Resources':{'Limits':{'MemoryBytes':67108864}} | RUN-029 | PASS",
                "'Resources':{'Limits':{}} | RUN-029 | FAIL",
                "'Resources':{'Limits':{'NanoCPUs':500000000}} | RUN-031 | PASS",
                "'Networks':[{'Target':'h1'}] | RUN-004 | FAIL",
                "'Networks':[{'Target':'n1'},{'Target':'host'}] | RUN-004 | FAIL",
                "'Networks':[{'Target':'n1'}] | RUN-004 | PASS",
                "'Networks':[{'Target':'unheard'}] | RUN-004 | UNKNOWN",
                "'Networks':null | RUN-004 | PASS"
            })
    void theTaskDecidesToo(String task, String rule, String outcome) throws MalformedSubjectException {
        assertEquals(outcome, Swarms.outcome(service("'ContainerSpec':{'Image':'a'}," + task), rule));
    }

    @Test
    void aPublishedPortIsOpenOnEveryNode() throws MalformedSubjectException {
        assertEquals(List.of("service#/Spec/EndpointSpec/Ports/0"), places(container("'User':'1'"), "RUN-040"));
    }

    @Test
    void findingsPointIntoTheService() throws MalformedSubjectException {
        assertEquals(
                List.of("service#/Spec/TaskTemplate/ContainerSpec/Mounts/0/Source"),
                places(container("'Mounts':[{'Type':'bind','Source':'/var/run/docker.sock','Target':'/s'}]"), "RUN-002")
                        .stream()
                        .map(place -> place.endsWith("/0") ? place + "/Source" : place)
                        .toList());
        assertEquals(
                List.of("service#/Spec/TaskTemplate/ContainerSpec/Privileges/Seccomp/Mode"),
                places(container("'Privileges':{'Seccomp':{'Mode':'unconfined'}}"), "RUN-015"));
        assertEquals(
                List.of("service#/Spec/TaskTemplate/ContainerSpec/Env/0"),
                places(container("'Env':['DB_PASSWORD=Kq7vT2pZ9wLx']"), "RUN-047"));
    }

    @Test
    void aTextMayHaveNoncharacters() throws MalformedSubjectException {
        assertEquals(
                List.of("service#/Spec/TaskTemplate/ContainerSpec/Env/0"),
                places(container("'Env':['DB_PASSWORD=Kq7vT2pZ9wLx\uffff'],'Labels':{'\ufdd0':'x'}"), "RUN-047"));
    }

    @Test
    void aSeccompProfileInTheServiceIsRead() throws MalformedSubjectException {
        String profile = Base64.getEncoder()
                .encodeToString("{\"defaultAction\":\"SCMP_ACT_ALLOW\"}".getBytes(StandardCharsets.UTF_8));
        SwarmService open = container("'Privileges':{'Seccomp':{'Mode':'custom','Profile':'" + profile + "'}}");
        assertEquals("FAIL", Swarms.outcome(open, "RUN-016"));
    }

    @Test
    void tasksThatAreNoContainersAreNoSubjects() throws MalformedSubjectException {
        assertEquals(
                List.of(),
                SwarmServiceReader.create()
                        .read(Swarms.json("[{'Spec':{'Name':'p','TaskTemplate':{'PluginSpec':{'Name':'x'}}}}]")));
    }

    @Test
    void refusesWhatIsNotAService() {
        assertThrows(
                MalformedSubjectException.class,
                () -> SwarmServiceReader.create().read(Swarms.json("[{}]")));
        MalformedSubjectException e = assertThrows(
                MalformedSubjectException.class,
                () -> container("'Privileges':{'Seccomp':{'Mode':'custom','Profile':'%'}}"));
        assertTrue(String.valueOf(e.getMessage()).contains("base64"), e.getMessage());
    }
}
