package dev.tallyclerk.engine;

import dev.tallyclerk.http.Transport;
import dev.tallyclerk.http.okhttp.OkHttpTransport;
import dev.tallyclerk.testing.Exchange;
import dev.tallyclerk.testing.HostileServer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** An engine that answers what a test tells it, at any version of the API, and 404 otherwise. */
final class FakeEngine implements Closeable {
    static final String ID = "ab".repeat(32);

    /** Answers a request in another way than with JSON. */
    @FunctionalInterface
    interface Answer {
        void give(Exchange exchange) throws IOException;
    }

    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private final HostileServer server;

    private FakeEngine(String apiVersion, @Nullable SSLContext tls) throws IOException {
        answers.put("/_ping", exchange -> exchange.answerText(200, "OK", "Api-Version: " + apiVersion));
        this.server = tls == null ? HostileServer.start(this::handle) : HostileServer.startTls(tls, this::handle);
    }

    /** {@return an engine that is not in a swarm and has nothing} */
    static FakeEngine start() throws IOException {
        return start("1.41");
    }

    static FakeEngine start(String apiVersion) throws IOException {
        return start(apiVersion, null);
    }

    static FakeEngine startTls(SSLContext tls) throws IOException {
        return start("1.41", tls);
    }

    private static FakeEngine start(String apiVersion, @Nullable SSLContext tls) throws IOException {
        return new FakeEngine(apiVersion, tls)
                .with("/version", "{'Version':'26.1.5','ApiVersion':'1.45','MinAPIVersion':'1.24','Components':[]}")
                .with(
                        "/info",
                        "{'ServerVersion':'26.1.5','SecurityOptions':['name=seccomp,profile=builtin'],'Swarm':"
                                + "{'LocalNodeState':'inactive','ControlAvailable':false}}")
                .with("/networks", "[]")
                .with("/volumes", "{'Volumes':[]}")
                .with("/images/json", "[]")
                .with("/containers/json?all=1", "[]");
    }

    FakeEngine with(String path, String json) {
        return with(
                path, exchange -> exchange.answerText(200, json.replace('\'', '"'), "Content-Type: application/json"));
    }

    FakeEngine with(String path, int status, String message) {
        return with(
                path,
                exchange -> exchange.answerText(
                        status, "{\"message\":\"" + message + "\"}", "Content-Type: application/json"));
    }

    FakeEngine with(String path, Answer answer) {
        answers.put(path, answer);
        return this;
    }

    /** Adds a container that runs. */
    FakeEngine withContainer(String name, String hostConfig, String env) {
        return with("/containers/json?all=1", "[" + listed(name) + "]")
                .with("/containers/" + ID + "/json", inspect(name, hostConfig, env))
                .with("/containers/" + ID + "/changes", "null")
                .with("/containers/" + ID + "/top", "{'Titles':['PID','CMD'],'Processes':[['1','sleep 9']]}");
    }

    static String listed(String name) {
        return "{'Id':'" + ID + "','Names':['/" + name + "'],'ImageID':'','State':'running'}";
    }

    static String inspect(String name, String hostConfig, String env) {
        return "{'Id':'" + ID + "','Name':'/" + name + "','Path':'sleep','Args':['9'],'State':{'Status':'running'},"
                + "'Config':{'Image':'web:1','User':'1','Env':[" + env + "]},'HostConfig':{" + hostConfig
                + "},'Mounts':[],'ExecIDs':null,'NetworkSettings':{'Networks':{},'Ports':{}}}";
    }

    private void handle(Exchange exchange) throws IOException {
        String target = exchange.request().target();
        Answer answer = answers.get(target.replaceFirst("^/v[0-9.]+(/libpod)?", ""));
        if (answer == null) {
            exchange.answerText(404, "{\"message\":\"page not found\"}", "Content-Type: application/json");
        } else {
            answer.give(exchange);
        }
    }

    List<String> log() {
        return server.log();
    }

    int port() {
        return server.port();
    }

    EngineAddress address() {
        return EngineAddress.parse("tcp://" + server.host());
    }

    static Transport transport() {
        return OkHttpTransport.of(new OkHttpClient.Builder()
                .connectTimeout(Duration.ofSeconds(20))
                .readTimeout(Duration.ofSeconds(20))
                .build());
    }

    LiveEngine connect() throws EngineException {
        return LiveEngine.connect(address(), transport());
    }

    LiveEngine connect(EngineLimits limits) throws EngineException {
        return LiveEngine.connect(address(), transport(), limits);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
