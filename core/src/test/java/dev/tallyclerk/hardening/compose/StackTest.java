package dev.tallyclerk.hardening.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.source.SubjectFile;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code docker stack deploy} makes of a Compose file, and files that services name. */
class StackTest {
    private static final ComposeKind COMPOSE = ComposeKind.create();
    private static final ComposeKind STACK = ComposeKind.create().asStack();

    private static Outcome.Kind kind(ComposeKind kind, Map<String, String> files, String rule)
            throws MalformedSubjectException {
        return Objects.requireNonNull(
                Projects.kinds(Projects.service(kind, files, "web")).get(rule));
    }

    private static Map<String, String> web(String fields) {
        return Map.of("compose.yaml", "services: {web: {image: 'a:1', " + fields + "}}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "privileged: true | RUN-001 | FAIL | PASS",
                "network_mode: host | RUN-004 | FAIL | PASS",
                "pid: host | RUN-005 | FAIL | PASS",
                "ipc: host | RUN-006 | FAIL | PASS",
                "userns_mode: host | RUN-008 | FAIL | PASS",
                "devices: [/dev/mem] | RUN-026 | FAIL | PASS",
                "security_opt: ['seccomp:unconfined'] | RUN-015 | FAIL | PASS",
                "security_opt: ['no-new-privileges:true'] | RUN-019 | PASS | FAIL",
                "cap_add: [SYS_ADMIN] | RUN-012 | FAIL | FAIL",
                "cap_drop: [ALL] | RUN-014 | PASS | PASS",
                "read_only: true | RUN-021 | PASS | PASS",
            })
    void judgesWhatRuns(String field, String rule, Outcome.Kind inCompose, Outcome.Kind inSwarm)
            throws MalformedSubjectException {
        assertEquals(inCompose, kind(COMPOSE, web(field), rule));
        assertEquals(inSwarm, kind(STACK, web(field), rule));
    }

    @Test
    void aSwarmRestartsTasksWithoutEnd() throws MalformedSubjectException {
        String bounded = "deploy: {restart_policy: {condition: on-failure, max_attempts: 3}}";
        assertEquals(Outcome.Kind.PASS, kind(COMPOSE, web("restart: 'no'"), "RUN-035"));
        assertEquals(Outcome.Kind.FAIL, kind(STACK, web("restart: 'no'"), "RUN-035"));
        assertEquals(Outcome.Kind.PASS, kind(STACK, web(bounded), "RUN-035"));
    }

    @Test
    void namesWhatIsIgnoredAndReportsWhatIsRefused() throws MalformedSubjectException {
        Map<String, String> files = web("privileged: true, build: ., mem_limit: 1g");
        SubjectFile file = STACK.asOneProject()
                .readAll(Projects.documents(files), Projects.context(files))
                .get(0);
        assertTrue(file.notes().contains("ignored by docker stack deploy: web.privileged"), file.notes()::toString);
        Outcome.Fail odd = (Outcome.Fail) Projects.finding(Projects.service(STACK, files, "web"), "CMP-010")
                .outcome();
        assertEquals("compose.yaml:1:60", odd.problems().get(0).at().toString());
        assertEquals(Outcome.Kind.PASS, kind(COMPOSE, files, "CMP-010"));
    }

    @Test
    void variablesOfTheFolderAreNotRead() throws MalformedSubjectException {
        Map<String, String> files =
                Map.of("compose.yaml", "services: {web: {image: 'a:1', user: '${U}'}}\n", ".env", "U=1000\n");
        assertEquals(Outcome.Kind.PASS, kind(COMPOSE, files, "RUN-043"));
        assertEquals(Outcome.Kind.UNKNOWN, kind(STACK, files, "RUN-043"));
    }

    @Test
    void labelsOfFilesAreLabelsUnlessTheServiceHasThem() throws MalformedSubjectException {
        String labels = "# comment\nfoo=bar\nown=2\nquoted=\"a b\"\n";
        Map<String, String> files = Map.of(
                "compose.yaml",
                "services: {web: {image: 'a:1', label_file: [./l.txt, m.txt], labels: [own=1]}}\n",
                "l.txt",
                labels,
                "m.txt",
                "foo=later\n");
        Item.Members service =
                Projects.model(Map.of(), files).mapping("services", "web").orElseThrow();
        for (List<String> label : List.of(List.of("foo", "later"), List.of("own", "1"), List.of("quoted", "a b"))) {
            assertEquals(
                    label.get(1),
                    service.text("labels", label.get(0)).orElseThrow().text());
        }
    }

    @Test
    void aSecretInAFileOfLabelsIsFoundWhereTheFileIsNamed() throws MalformedSubjectException {
        Map<String, String> files = Map.of(
                "compose.yaml",
                "services:\n  web:\n    image: a:1\n    label_file: l.txt\n",
                "l.txt",
                "api.token=hunter2horsebattery\n");
        Outcome.Fail found = (Outcome.Fail) Projects.finding(Projects.service(COMPOSE, files, "web"), "RUN-047")
                .outcome();
        assertEquals("compose.yaml:4:17", found.problems().get(0).at().toString());
    }

    @ParameterizedTest
    @CsvSource({"env_file", "label_file"})
    void aFileThatIsNotGivenIsNoPass(String key) throws MalformedSubjectException {
        assertEquals(Outcome.Kind.UNKNOWN, kind(COMPOSE, web(key + ": nowhere"), "RUN-047"));
        assertEquals(
                Outcome.Kind.FAIL,
                kind(COMPOSE, web(key + ": nowhere, environment: [DB_PASSWORD=hunter2horse]"), "RUN-047"));
    }
}
