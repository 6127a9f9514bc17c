package dev.tallyclerk.hardening.container;

import static dev.tallyclerk.hardening.container.ContainerCase.fails;
import static dev.tallyclerk.hardening.container.ContainerCase.passes;
import static dev.tallyclerk.hardening.container.ContainerCase.silent;
import static dev.tallyclerk.hardening.container.ContainerCase.unknown;

import dev.tallyclerk.hardening.MalformedSubjectException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests to make a container, which leave to the image what they do not say. */
class RequestCasesTest {
    private static final String PUBLISHES_ALL = "'HostConfig':{'PublishAllPorts':true}";

    private static ContainerSubject request(String members) {
        return Containers.read("{'Image':'app:1'," + members + "}");
    }

    private static byte[] image(String config) {
        String id = "'sha256:" + "ab".repeat(32) + "'";
        return ("[{'Id':" + id + ",'RepoTags':['app:1'],'RepoDigests':[],'RootFS':{},'Config':{" + config + "}}]")
                .replace('\'', '"')
                .getBytes(StandardCharsets.UTF_8);
    }

    /** {@return a request with the image that it names, once given for it and once found among those of its host} */
    private static List<ContainerSubject> both(String members, String config) {
        ContainerRecordReader records = ContainerRecordReader.create();
        try {
            return List.of(
                    request(members).withImageDefaults(records.imageDefaults(image(config))),
                    request(members).withImages(records.images(image(config))));
        } catch (MalformedSubjectException e) {
            throw new IllegalStateException(config, e);
        }
    }

    private static ContainerSubject made(String members, String config) {
        return both(members, config).get(0);
    }

    static Stream<ContainerCase> users() {
        return Stream.of(
                unknown("RUN-043", "no image", request("'User':''")),
                passes("RUN-043", "user of the image", made("'User':''", "'User':'1000'")),
                passes(
                        "RUN-043",
                        "found by name",
                        both("'Cmd':[]", "'User':'1000'").get(1)),
                fails("RUN-043", "root by the image", made("'Cmd':[]", "'User':'root'"), "image#/Config/User"),
                fails("RUN-043", "nobody sets one", made("'Cmd':[]", ""), "image#/Config/User"),
                fails("RUN-043", "root over the image's", made("'User':'0'", "'User':'1000'"), "/User"),
                fails("RUN-043", "a number that overflows", made("'User':'4294967296:5'", ""), "/User"),
                fails("RUN-043", "a number below 0", made("'User':'-1'", ""), "/User"),
                passes("RUN-043", "the largest number", made("'User':'2147483647'", "")),
                passes("RUN-043", "user over root", made("'User':'1000'", "'User':'root'")),
                unknown("RUN-043", "unreadable", made("'Cmd':[]", "'User':7")));
    }

    static Stream<ContainerCase> healthchecks() {
        return Stream.of(
                unknown("RUN-045", "no image", request("'Cmd':[]")),
                unknown("RUN-045", "an empty test inherits", request("'Healthcheck':{'Test':[],'Interval':5}")),
                passes("RUN-045", "check of the image", made("'Cmd':[]", "'Healthcheck':{'Test':['CMD','a']}")),
                passes(
                        "RUN-045",
                        "an empty test with the image's",
                        made("'Healthcheck':{'Test':[]}", "'Healthcheck':{'Test':['CMD','a']}")),
                fails("RUN-045", "a test of no kind", request("'Healthcheck':{'Test':['curl','-f','x']}")),
                fails("RUN-045", "none in small letters", request("'Healthcheck':{'Test':['none']}")),
                fails("RUN-045", "an empty kind", request("'Healthcheck':{'Test':['']}")),
                fails("RUN-045", "no command", request("'Healthcheck':{'Test':['CMD']}")),
                fails("RUN-045", "an empty command", request("'Healthcheck':{'Test':['CMD-SHELL','']}")),
                passes("RUN-045", "in a shell", request("'Healthcheck':{'Test':['CMD-SHELL','curl -f x']}")),
                passes(
                        "RUN-045",
                        "Podman runs what is of no kind",
                        Containers.read("{'Id':'a','ImageName':'a:1','Config':{'Healthcheck':{'Test':['curl']}}}")),
                fails(
                        "RUN-045",
                        "neither does Podman run nothing",
                        Containers.read("{'Id':'a','ImageName':'a:1','Config':{'Healthcheck':{'Test':['CMD']}}}")),
                fails("RUN-045", "neither has one", made("'Cmd':[]", "'Healthcheck':null")),
                passes("RUN-045", "own", request("'Healthcheck':{'Test':['CMD','a']}")),
                silent(
                        "RUN-045",
                        "switched off",
                        made("'Healthcheck':{'Test':['NONE']}", "'Healthcheck':{'Test':['CMD','a']}")),
                fails("RUN-046", "switched off by the image", made("'Cmd':[]", "'Healthcheck':{'Test':['NONE']}")),
                unknown("RUN-046", "no image", request("'Cmd':[]")));
    }

    static Stream<ContainerCase> variables() {
        return Stream.of(
                unknown("RUN-047", "no image", request("'Env':['A=b']")),
                fails("RUN-047", "own, whatever the image", request("'Env':['DB_PASSWORD=hunter2x']"), "/Env/0"),
                passes("RUN-047", "neither has one", made("'Env':null", "'Env':['PATH=/bin']")),
                fails(
                        "RUN-047",
                        "the image's",
                        made("'Env':['A=b']", "'Env':['PATH=/bin','DB_PASSWORD=hunter2x']"),
                        "image#/Config/Env/1"),
                passes("RUN-047", "set anew", made("'Env':['DB_PASSWORD=']", "'Env':['DB_PASSWORD=hunter2x']")),
                passes("RUN-047", "taken away", made("'Env':['DB_PASSWORD']", "'Env':['DB_PASSWORD=hunter2x']")));
    }

    static Stream<ContainerCase> commands() {
        return Stream.of(
                fails("RUN-040", "the image's command", made("'Env':[]", "'Cmd':['/usr/sbin/sshd','-D']")),
                fails("RUN-040", "the image's entry point", made("'Cmd':['-D']", "'Entrypoint':['/usr/sbin/sshd']")),
                unknown("RUN-040", "another command", made("'Cmd':['serve']", "'Cmd':['/usr/sbin/sshd','-D']")),
                unknown("RUN-040", "another entry point", made("'Entrypoint':['/e']", "'Cmd':['/usr/sbin/sshd']")));
    }

    static Stream<ContainerCase> ports() {
        String none = "'HostConfig':{'PublishAllPorts':true,'NetworkMode':'none'}";
        return Stream.of(
                unknown("RUN-037", "all of no known image", request(PUBLISHES_ALL)),
                fails(
                        "RUN-037",
                        "all of its own",
                        request("'ExposedPorts':{'80/tcp':{}}," + PUBLISHES_ALL).withImages(List.of())),
                fails(
                        "RUN-037",
                        "all of the image's",
                        made(PUBLISHES_ALL, "'ExposedPorts':{'80/tcp':{}}"),
                        "/HostConfig/PublishAllPorts"),
                passes("RUN-037", "the image exposes none", made(PUBLISHES_ALL, "")),
                passes("RUN-037", "no network to publish in", request(none)),
                passes("RUN-037", "none published", request("'HostConfig':{}")),
                fails("RUN-040", "port 22 of the image", made(PUBLISHES_ALL, "'ExposedPorts':{'22/tcp':{}}")),
                fails("RUN-037", "of a container that waits for its start", waiting("ExposedPorts:{'80/tcp':{}}")),
                passes("RUN-037", "nothing exposed", waiting("User:'7'")),
                passes("RUN-037", "a running one has nothing open", Containers.host("PublishAllPorts:true")));
    }

    private static ContainerSubject waiting(String config) {
        return Containers.read(Containers.document(
                List.of("PublishAllPorts:true"),
                List.of(config),
                List.of("State:{'Status':'created','FinishedAt':'0001-01-01T00:00:00Z'}")));
    }

    private static String local(String id, String tag, String user) {
        return "{'Id':'sha256:" + id + "','RepoTags':['" + tag + "'],'RepoDigests':[],'RootFS':{},'Config':{'User':'"
                + user + "'}}";
    }

    /** {@return a request for an image that may be one with the user 1000, and another one whose user is root} */
    private static ContainerSubject named(String image, String id, String other) {
        String images = "[" + local(id, "app:1", "1000") + "," + other + "]";
        try {
            return Containers.read("{'Image':'" + image + "','HostConfig':{}}")
                    .withImages(ContainerRecordReader.create()
                            .images(images.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
        } catch (MalformedSubjectException e) {
            throw new IllegalStateException(image, e);
        }
    }

    static Stream<ContainerCase> ids() {
        String digits = "ab".repeat(6);
        String id = "ab".repeat(32);
        String otherId = "cd".repeat(32);
        String sameName = local(otherId, digits + ":latest", "root");
        return Stream.of(
                passes("RUN-043", "the start of an id", named(digits, id, local(otherId, "app:2", "root"))),
                unknown("RUN-043", "the start of an id and a name", named(digits, id, sameName)),
                unknown(
                        "RUN-043",
                        "the start of two ids",
                        named(digits, id, local(digits + "0".repeat(52), "app:2", "root"))),
                fails("RUN-043", "a name with its tag", named(digits + ":latest", id, sameName)),
                fails("RUN-043", "a name only", named(digits, "ef".repeat(32), sameName)),
                passes("RUN-043", "a whole id", named("sha256:" + id, id, local(otherId, "sha256:" + id, "root"))));
    }

    static Stream<ContainerCase> networks() {
        return Stream.of(
                fails(
                        "RUN-041",
                        "the default network on top",
                        request("'HostConfig':{'NetworkMode':'app'},"
                                + "'NetworkingConfig':{'EndpointsConfig':{'app':{},'bridge':{}}}"),
                        "/NetworkingConfig/EndpointsConfig/bridge"),
                fails(
                        "RUN-041",
                        "the same by its other name",
                        request("'HostConfig':{'NetworkMode':'app'},"
                                + "'NetworkingConfig':{'EndpointsConfig':{'default':null}}"),
                        "/NetworkingConfig/EndpointsConfig/default"),
                fails(
                        "RUN-041",
                        "no mode, and another on top",
                        request("'NetworkingConfig':{'EndpointsConfig':{'app':{}}}"),
                        "/HostConfig/NetworkMode"),
                passes(
                        "RUN-041",
                        "two others",
                        request("'HostConfig':{'NetworkMode':'app'},"
                                + "'NetworkingConfig':{'EndpointsConfig':{'app':{},'back':{}}}")),
                passes("RUN-041", "none on top", request("'HostConfig':{'NetworkMode':'app'},'NetworkingConfig':null")),
                passes("RUN-041", "a HostConfig alone", Containers.read("{'NetworkMode':'app'}")),
                unknown(
                        "RUN-041",
                        "no object",
                        request("'HostConfig':{'NetworkMode':'app'},'NetworkingConfig':{'EndpointsConfig':[]}")));
    }

    private static ContainerSubject publishing(String mode, String networks, String daemonJson) {
        return request("'HostConfig':{'NetworkMode':'" + mode + "','PortBindings':{'80/tcp':[{'HostPort':'8080'}]}},"
                        + "'NetworkingConfig':{'EndpointsConfig':{" + networks + "}}")
                .withEngine(Containers.engine(daemonJson, "{}"));
    }

    static Stream<ContainerCase> addresses() {
        String ip = "{'ip':'127.0.0.1'}";
        String option = "'com.docker.network.bridge.host_binding_ipv4'";
        String networks = "{'default-network-opts':{'bridge':{" + option + ":'127.0.0.1'}}}";
        return Stream.of(
                passes("RUN-037", "the engine's address in the default network", publishing("bridge", "", ip)),
                passes("RUN-037", "by its other name", publishing("default", "'bridge':{}", ip)),
                passes("RUN-037", "without a word", publishing("", "", ip)),
                fails("RUN-037", "that is not for other networks", publishing("app", "'app':{}", ip)),
                fails("RUN-037", "another network on top", publishing("bridge", "'app':{}", ip)),
                passes("RUN-037", "the engine's address in other networks", publishing("app", "", networks)),
                fails("RUN-037", "that is not for the default network", publishing("bridge", "", networks)),
                fails(
                        "RUN-037",
                        "every address in other networks",
                        publishing("app", "", networks.replace("127.0.0.1", "0.0.0.0"))),
                fails(
                        "RUN-037",
                        "of another driver",
                        publishing("app", "", networks.replace("'bridge':", "'ipvlan':"))));
    }

    @ParameterizedTest
    @MethodSource({"users", "healthchecks", "variables", "commands", "ports", "ids", "networks", "addresses"})
    void decides(ContainerCase one) {
        one.check();
    }
}
