package dev.tallyclerk.hardening.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComposeKindTest {
    private static final String WEB = "services:\n  web:\n    image: app:1\n    ";

    private static Outcome.Kind kind(String field, String rule) throws MalformedSubjectException {
        return Objects.requireNonNull(
                Projects.kinds(Projects.service(WEB + field + "\n")).get(rule), rule);
    }

    private static String place(Subject subject, String rule) {
        Outcome outcome = Projects.finding(subject, rule).outcome();
        return ((Outcome.Fail) outcome).problems().get(0).at().toString();
    }

    private static MalformedSubjectException refused(Map<String, String> files) {
        return assertThrows(MalformedSubjectException.class, () -> Projects.subjects(ComposeKind.create(), files));
    }

    // ---- what rules see

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "privileged: true | RUN-001",
                "privileged: yes | RUN-001",
                "privileged: \"true\" | RUN-001",
                "privileged: ${X:-true} | RUN-001",
                "volumes: ['/var/run/docker.sock:/var/run/docker.sock:ro'] | RUN-002",
                "volumes: [{type: bind, source: /run/docker.sock, target: /s}] | RUN-002",
                "use_api_socket: true | RUN-002",
                "volumes: ['/srv/engine/api:/var/run/docker.sock'] | RUN-002",
                "volumes: ['${SOCKET}:/var/run/docker.sock'] | RUN-002",
                "use_api_socket: true | CMP-004",
                "network_mode: host | RUN-004",
                "pid: host | RUN-005",
                "ipc: host | RUN-006",
                "userns_mode: host | RUN-008",
                "cap_add: [NET_ADMIN] | RUN-011",
                "cap_add: [SYS_ADMIN] | RUN-012",
                "security_opt: ['seccomp:unconfined'] | RUN-015",
                "volumes: ['/etc:/x'] | RUN-024",
                "volumes: ['/a:/b:rshared'] | RUN-025",
                "devices: ['/dev/mem'] | RUN-026",
                "ports: ['80:80'] | RUN-036",
                "ports: ['8080:80'] | RUN-037",
                "ports: ['80'] | RUN-037",
                "ports: ['[::]:8080:80'] | RUN-037",
                "ports: [{target: 80, published: 8080}] | RUN-037",
                "user: '0:0' | RUN-043",
                "environment: {DB_PASSWORD: hunter2horse} | RUN-047",
                "environment: [DB_PASSWORD=hunter2horse] | CMP-002",
                "environment: ['DB_PASSWORD=${PW:-hunter2horse}'] | CMP-002",
                "labels: [api.token=hunter2horsebattery] | CMP-002",
                "command: run --password hunter2horse | CMP-002",
                "build: {context: ., args: [NPM_TOKEN]} | CMP-003",
                "build: {context: ., args: {DB_PASSWORD: $PW}} | CMP-003",
                "build: {context: ., privileged: true} | CMP-005",
                "build: {context: ., network: host} | CMP-005",
                "build: {context: ., entitlements: [security.insecure]} | CMP-005",
                "restart: always | RUN-035",
                "deploy: {restart_policy: {condition: any}} | RUN-035",
                "post_start: [{command: x, privileged: true}] | RUN-056",
                "helthcheck: {test: x} | CMP-010",
            })
    void failsWhereAServiceIsWeak(String field, String rule) throws MalformedSubjectException {
        assertEquals(Outcome.Kind.FAIL, kind(field, rule), field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "privileged: no | RUN-001",
                "privileged: ${X:-false} | RUN-001",
                "volumes: ['./data:/data:ro'] | RUN-023",
                "volumes: ['v:/v'] | RUN-023",
                "ports: ['127.0.0.1:8080:80'] | RUN-037",
                "mem_limit: 64m | RUN-029",
                "deploy: {resources: {limits: {memory: 64M}}} | RUN-029",
                "cpus: 0.5 | RUN-031",
                "deploy: {resources: {limits: {pids: 10}}} | RUN-032",
                "ulimits: {nofile: 10} | RUN-033",
                "user: '1000' | RUN-043",
                "environment: ['DB_PASSWORD=${PW}'] | RUN-047",
                "environment: [DB_PASSWORD] | CMP-002",
                "environment: {DB_PASSWORD_FILE: /run/secrets/pw} | CMP-002",
                "healthcheck: {test: curl -f x} | RUN-045",
                "restart: on-failure:3 | RUN-035",
                "restart: no | RUN-035",
                "x-anything: {privileged: true} | CMP-010",
                "security_opt: [no-new-privileges:true] | CMP-008",
                "deploy: {resources: {limits: {memory: 64M}}} | CMP-009",
            })
    void passesWhereAServiceIsNot(String field, String rule) throws MalformedSubjectException {
        assertEquals(Outcome.Kind.PASS, kind(field, rule), field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "privileged: $X | RUN-001 | UNRESOLVED_VARIABLE",
                "privileged: ${X:?say} | RUN-001 | UNRESOLVED_VARIABLE",
                "privileged: maybe | RUN-001 | UNREADABLE",
                "network_mode: $X | RUN-004 | UNRESOLVED_VARIABLE",
                "cap_add: ['$X'] | RUN-011 | UNRESOLVED_VARIABLE",
                "volumes: ['$X:/data'] | RUN-024 | UNRESOLVED_VARIABLE",
                "volumes: [{type: bind, source: $X, target: /d}] | RUN-024 | UNRESOLVED_VARIABLE",
                "ports: ['$X:80'] | RUN-036 | UNRESOLVED_VARIABLE",
                "ports: ['$X:8080:80'] | RUN-037 | UNRESOLVED_VARIABLE",
                "mem_limit: $X | RUN-029 | UNRESOLVED_VARIABLE",
                "user: $X | RUN-043 | UNRESOLVED_VARIABLE",
                "ulimits: {nofile: $X} | RUN-033 | UNRESOLVED_VARIABLE",
                "extends: {file: gone.yaml, service: a} | RUN-001 | SOURCE_NOT_PROVIDED",
                "extends: {file: gone.yaml, service: a} | RUN-002 | SOURCE_NOT_PROVIDED",
                "extends: {file: gone.yaml, service: a} | RUN-037 | SOURCE_NOT_PROVIDED",
                "extends: {file: gone.yaml, service: a} | RUN-047 | SOURCE_NOT_PROVIDED",
                "volumes: ['../../../../etc:/x'] | RUN-024 | SOURCE_NOT_PROVIDED",
                "volumes: ['~/x:/x'] | RUN-024 | SOURCE_NOT_PROVIDED",
            })
    void doesNotGuess(String field, String rule, MissingValue.Reason reason) throws MalformedSubjectException {
        Finding finding = Projects.finding(Projects.service(WEB + field + "\n"), rule);
        assertEquals(Outcome.Kind.UNKNOWN, finding.kind(), field);
        MissingValue missing = ((Outcome.Unknown) finding.outcome()).missing().get(0);
        assertEquals(reason, missing.reason(), missing.toString());
        assertTrue(missing.at().isPresent() && missing.at().get() instanceof Location.Region, missing.toString());
    }

    @Test
    void imagesAreJudgedByTheTagThatIsKnown() throws MalformedSubjectException {
        for (Map.Entry<String, Outcome.Kind> image : Map.of(
                        "app", Outcome.Kind.FAIL,
                        "app:latest", Outcome.Kind.FAIL,
                        "app:1", Outcome.Kind.PASS,
                        "app:$TAG", Outcome.Kind.UNKNOWN,
                        "$REGISTRY/app:1", Outcome.Kind.PASS,
                        "app:${TAG:-latest}", Outcome.Kind.FAIL,
                        "localhost:5000/app", Outcome.Kind.FAIL)
                .entrySet()) {
            ComposeService service = Projects.service("services: {web: {image: '" + image.getKey() + "'}}");
            assertEquals(image.getValue(), Projects.kinds(service).get("CMP-001"), image.getKey());
        }
        assertEquals(
                Outcome.Kind.NOT_APPLICABLE,
                Projects.kinds(Projects.service("services: {web: {build: .}}")).get("CMP-001"));
    }

    @Test
    void aTextMayHaveNoncharactersButNoHalfOfAPair() throws MalformedSubjectException {
        ComposeService web = Projects.service("services: {web: {image: 'a\ufdd0:1', x-a: \ufdd0, privileged: true}}");
        assertEquals(Outcome.Kind.FAIL, Projects.kinds(web).get("RUN-001"));
        for (String text :
                List.of("{\"services\":{\"web\":{\"image\":\"\\ud800\"}}}", "services: {web: {image: \"\\ud800\"}}")) {
            MalformedSubjectException refusal =
                    assertThrows(MalformedSubjectException.class, () -> Projects.service(text));
            assertEquals(MalformedSubjectException.Reason.SYNTAX, refusal.reason());
        }
    }

    @Test
    void aVolumeThatHidesABindIsFound() throws MalformedSubjectException {
        ComposeService web = Projects.service(
                WEB + "volumes: ['conf:/conf']\nvolumes: {conf: {driver_opts: {type: none, o: bind, device: /etc}}}\n");
        assertEquals(Outcome.Kind.FAIL, Projects.kinds(web).get("RUN-024"));
    }

    @Test
    void aNetworkThatIsTheHostsByNameIsFound() throws MalformedSubjectException {
        ComposeService web = Projects.service(WEB + "networks: [n]\nnetworks: {n: {external: true, name: host}}\n");
        assertEquals(Outcome.Kind.FAIL, Projects.kinds(web).get("RUN-004"));
    }

    @Test
    void mountsOfAnotherServiceCount() throws MalformedSubjectException {
        ComposeService web = Projects.service(
                WEB + "volumes_from: [db]\n  db: {image: 'd:1', volumes: ['/etc:/x'], volumes_from: [web]}\n");
        assertEquals(Outcome.Kind.FAIL, Projects.kinds(web).get("RUN-024"));
    }

    @Test
    void volumesThatSeveralServicesWriteAreNamed() throws MalformedSubjectException {
        Map<String, String> files = Map.of(
                "compose.yaml",
                WEB + "volumes: ['vol:/v']\n  db: {image: 'd:1', volumes: ['vol:/w']}\n"
                        + "  reader: {image: 'd:1', volumes: ['vol:/w:ro']}\nvolumes: {vol: }\n");
        assertEquals(
                Outcome.Kind.FAIL,
                Projects.kinds(Projects.service(ComposeKind.create(), files, "web"))
                        .get("CMP-006"));
        assertEquals(
                Outcome.Kind.PASS,
                Projects.kinds(Projects.service(ComposeKind.create(), files, "reader"))
                        .get("CMP-006"));
    }

    // ---- several files

    @Test
    void findingsAreWhereTheUserWroteTheValue() throws MalformedSubjectException {
        Map<String, String> files = Map.of(
                "compose.yaml",
                        "services:\n  web:\n    extends: {file: common/base.yaml, service: base}\n    image: a:1\n",
                "compose.z.yaml", "services:\n  web:\n    pid: host\n",
                "common/base.yaml", "services:\n  base:\n    privileged: true\n    env_file: secret.env\n",
                "common/secret.env", "\nDB_PASSWORD=hunter2horse\n");
        ComposeService web = Projects.service(ComposeKind.create(), files, "web");
        assertEquals("common/base.yaml:3:17", place(web, "RUN-001"));
        assertEquals("compose.z.yaml:3:10", place(web, "RUN-005"));
        assertEquals("common/secret.env:2:1", place(web, "RUN-047"));
    }

    @Test
    void aServiceExtendsTheOneOfItsOwnFile() throws MalformedSubjectException {
        Map<String, String> files = Map.of(
                "compose.1.yaml", "services:\n  base: {image: a:1}\n  web: {extends: base}\n",
                "compose.2.yaml", "services:\n  base: {privileged: true}\n");
        assertEquals(
                Outcome.Kind.PASS,
                Projects.kinds(Projects.service(ComposeKind.create(), files, "web"))
                        .get("RUN-001"));
    }

    @Test
    void variablesComeFromTheCallerThenFromFiles() throws MalformedSubjectException {
        Map<String, String> files = Map.of(
                "compose.yaml",
                "services: {web: {image: 'a:$TAG', user: $USER_ID}}",
                ".env",
                "TAG=latest\nUSER_ID=0\n");
        ComposeKind kind = ComposeKind.create().withEnvironment(Map.of("TAG", "7"));
        Map<String, Outcome.Kind> kinds = Projects.kinds(Projects.service(kind, files, "web"));
        assertEquals(Outcome.Kind.PASS, kinds.get("CMP-001"));
        assertEquals(Outcome.Kind.FAIL, kinds.get("RUN-043"));
        ComposeKind named = kind.withEnvironmentFiles(List.of(Projects.document("x.env", "USER_ID=5\n")));
        assertEquals(
                Outcome.Kind.PASS,
                Projects.kinds(Projects.service(named, files, "web")).get("RUN-043"));
    }

    @Test
    void includedProjectsHaveTheirOwnFolderAndVariables() throws MalformedSubjectException {
        Map<String, String> files = Map.of(
                "compose.yaml", "include: [{path: sub/x.yaml}]\nservices: {web: {image: 'a:1'}}",
                "sub/x.yaml", "services: {db: {image: 'd:$TAG', env_file: e.env}}",
                "sub/.env", "TAG=latest\n",
                "sub/e.env", "TOKEN=hunter2horsebattery\n");
        ComposeService db = Projects.service(ComposeKind.create(), files, "db");
        assertEquals(Outcome.Kind.FAIL, Projects.kinds(db).get("CMP-001"));
        assertEquals("sub/e.env:1:1", place(db, "RUN-047"));
        assertEquals(
                List.of("compose.yaml", "sub/.env", "sub/e.env", "sub/x.yaml"),
                db.project().files().stream().sorted().toList());
    }

    @ParameterizedTest
    @CsvSource({
        "oci://registry.test/x:1, FAIL",
        "https://github.com/a/b.git#main, FAIL",
        "git@github.com:a/b.git, FAIL",
        "https://github.com/a/b.git#0123456789012345678901234567890123456789, UNKNOWN",
        "gone.yaml, UNKNOWN"
    })
    void remoteFilesAreSaid(String path, Outcome.Kind expected) throws MalformedSubjectException {
        List<Subject> subjects = Projects.subjects(
                ComposeKind.create(),
                Map.of("compose.yaml", "include: ['" + path + "']\nservices: {web: {image: 'a:1'}}"));
        assertEquals(expected, Projects.kinds(subjects.get(0)).get("CMP-007"));
    }

    @Test
    void baseAndOverrideOfAFolderAreOneProject() {
        List<SourceDocument> documents = List.of(
                Projects.document("a/compose.override.yaml", "services: {web: {privileged: true}}"),
                Projects.document("a/compose.yaml", "include: [more.yaml]\nservices: {web: {image: 'a:1'}}"),
                Projects.document("a/docker-compose.yml", "services: {other: {image: 'b:1'}}"),
                Projects.document("a/more.yaml", "services: {db: {image: 'd:1'}}"),
                Projects.document("b/compose.yaml", "name: a\nservices: {web: {image: 'a:1'}}"));
        Map<String, String> files = Map.of("a/more.yaml", "services: {db: {image: 'd:1'}}");
        List<SubjectFile> read = ComposeKind.create().readAll(documents, Projects.context(files));
        assertEquals(
                List.of(0, 3, 2, 0, 2),
                read.stream().map(file -> file.subjects().size()).toList());
        assertEquals(List.of("merged into a/compose.yaml"), read.get(0).notes());
        assertEquals(List.of("included by a/compose.yaml"), read.get(3).notes());
        long names = read.stream()
                .flatMap(file -> file.subjects().stream())
                .map(subject -> subject.ref().toString())
                .distinct()
                .count();
        assertEquals(7, names);
    }

    @Test
    void profilesChooseServices() throws MalformedSubjectException {
        Map<String, String> files = Map.of(
                "compose.yaml",
                "services: {web: {image: 'a:1'}, tool: {image: 't:1', profiles: [debug]}, x: {image: 'x:1', profiles: [y]}}");
        assertEquals(4, Projects.subjects(ComposeKind.create(), files).size());
        assertEquals(
                3,
                Projects.subjects(ComposeKind.create().withProfiles(Set.of("debug")), files)
                        .size());
        assertEquals(
                "debug",
                Projects.service(ComposeKind.create(), files, "tool")
                        .ref()
                        .labels()
                        .get("profiles"));
    }

    // ---- refusals

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "services: {a: {extends: b}, b: {extends: a}} | BAD_VALUE",
                "services: {a: {extends: a}} | BAD_VALUE",
                "services: {a: {extends: {file: compose.yaml, service: a}}} | BAD_VALUE",
                "services: {a: {extends: gone}} | BAD_VALUE",
                "services: {a: {extends: {file: compose.yaml}}} | MISSING_MEMBER",
                "services: {a: {image: '$1'}} | SYNTAX",
                "services: {a: {image: '${'}} | SYNTAX",
                "services: {a: {image: '${A*b}'}} | SYNTAX",
                "services: {a: {image: x, image: y}} | DUPLICATE_MEMBER",
                "services: [a] | WRONG_TYPE",
                "services: {a: b} | WRONG_TYPE",
                "[] | WRONG_TYPE",
                "include: [compose.yaml] | LIMIT_EXCEEDED",
            })
    void refusesWithReasonAndPlace(String text, Reason reason) {
        MalformedSubjectException refused = refused(Map.of("compose.yaml", text));
        assertEquals(reason, refused.reason(), refused.getMessage());
        assertTrue(refused.line().isPresent(), refused.getMessage());
    }

    @Test
    void messagesAboutVariablesDoNotShowThem() {
        MalformedSubjectException refused =
                refused(Map.of("compose.yaml", "services: {a: {image: x}}", ".env", "OK=1\n%%secret%% = hunter2\n"));
        assertEquals(Reason.SYNTAX, refused.reason());
        assertEquals(2, refused.line().orElse(0));
        assertFalse(String.valueOf(refused.getMessage()).contains("secret"), refused.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"&a [x,x,x,x,x,x,x,x,x,x]", "&a {b: c, d: e, f: g, h: i, j: k}"})
    void aliasesThatExplodeAreRefused(String first) {
        StringBuilder text = new StringBuilder("x-0: " + first + "\n");
        String last = "a";
        for (char name = 'b'; name < 'k'; name++) {
            text.append("x-" + name + ": &" + name + " [" + ("*" + last + ", ").repeat(9) + "*" + last + "]\n");
            last = String.valueOf(name);
        }
        text.append("services: {web: {image: a}}\n");
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refused(Map.of("compose.yaml", text.toString())).reason());
    }

    @Test
    void servicesThatMultiplyABaseAreRefused() {
        StringBuilder text = new StringBuilder("services:\n  base:\n    image: a\n    environment:\n");
        for (int i = 0; i < 2_000; i++) {
            text.append("      V").append(i).append(": x\n");
        }
        for (int i = 0; i < 200; i++) {
            text.append("  s").append(i).append(": {extends: base, environment: {A: b}}\n");
        }
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refused(Map.of("compose.yaml", text.toString())).reason());
    }

    @Test
    void valuesOfVariablesThatMultiplyAreRefused() {
        String text = "services: {web: {image: a, command: [" + "'$A$A$A$A$A$A$A$A', ".repeat(100) + "x]}}";
        Map<String, String> files = Map.of("compose.yaml", text, ".env", "A=" + "x".repeat(100_000) + "\n");
        assertEquals(Reason.LIMIT_EXCEEDED, refused(files).reason());
    }

    // ---- recognition

    @ParameterizedTest
    @ValueSource(
            strings = {
                "services:\n  web:\n    image: a\n",
                "version: '3'\nservices:\n  # comment\n\n  web:\n      build: .\n",
                "services: {web: {image: a}}\n",
                "{\"services\": {\"web\": {\"image\": \"a\"}}}",
                "services:\n  web:\n    <<: *a\n",
            })
    void recognisesByContent(String text) {
        assertEquals(Recognition.CERTAIN, ComposeKind.create().recognise(Projects.document("stack.txt", text)), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "services:\n  - name: docker:dind\nbuild:\n  image: a\n",
                "services:\n  _defaults:\n    autowire: true\n  App\\Foo:\n    class: X\n",
                "apiVersion: v1\nkind: Service\nservices: {a: {image: b}}\n",
                "FROM a\n",
                "image: alpine\nservices: [docker:dind]\nbuild: {script: x}\n",
                "",
            })
    void leavesFilesOfOtherPrograms(String text) {
        assertEquals(Recognition.NONE, ComposeKind.create().recognise(Projects.document("x.yml", text)), text);
    }

    @Test
    void aSeccompProfileOfTheProjectIsComparedWithTheEnginesOwn() throws MalformedSubjectException {
        String yaml = "services:\n  web:\n    image: a:1\n    security_opt: ['seccomp=./own.json']\n";
        String open = "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"kexec_load\"],"
                + "\"action\":\"SCMP_ACT_ALLOW\"}]}";
        Finding weak = Projects.finding(
                Projects.service(ComposeKind.create(), Map.of("compose.yaml", yaml, "own.json", open), "web"),
                "RUN-016");
        assertEquals(
                "[calls=kexec_load]", weak.problem().orElseThrow().evidence().toString());
        assertEquals(
                Outcome.Kind.UNKNOWN,
                Projects.finding(Projects.service(yaml), "RUN-016").kind());
    }
}
