package dev.tallyclerk.hardening.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSetting;
import dev.tallyclerk.hardening.Severity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DockerfileRulesTest {
    /** A file in words, and what a rule says about it. */
    record Case(String rule, Outcome.Kind verdict, String name, String file) {
        @Override
        public String toString() {
            return rule + " " + verdict + ": " + name;
        }
    }

    private static Case fails(String rule, String name, String file) {
        return new Case(rule, Outcome.Kind.FAIL, name, file);
    }

    private static Case passes(String rule, String name, String file) {
        return new Case(rule, Outcome.Kind.PASS, name, file);
    }

    private static Case unknown(String rule, String name, String file) {
        return new Case(rule, Outcome.Kind.UNKNOWN, name, file);
    }

    private static Case skips(String rule, String name, String file) {
        return new Case(rule, Outcome.Kind.NOT_APPLICABLE, name, file);
    }

    static Stream<Case> cases() {
        return Stream.of(
                fails("DKF-001", "no tag", "FROM a\n"),
                passes("DKF-001", "a version", "FROM a:1\n"),
                unknown("DKF-001", "a tag by an argument", "ARG T\nFROM a:$T\n"),
                fails("DKF-001", "latest by default", "ARG T=latest\nFROM a:$T\n"),
                passes("DKF-001", "an unknown part of a tag that cannot be latest", "ARG T\nFROM a:$T-alpine\n"),
                unknown("DKF-001", "a whole name by an argument", "ARG I\nFROM $I\n"),
                passes("DKF-001", "a stage", "FROM a:1 AS b\nFROM B\n"),
                fails("DKF-002", "a tag only", "FROM a:1\n"),
                passes(
                        "DKF-002",
                        "a digest",
                        "FROM a@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"),
                unknown("DKF-002", "an argument", "ARG I\nFROM $I\n"),
                passes("DKF-002", "scratch", "FROM scratch\n"),
                fails("DKF-004", "none", "FROM r.test/b:1\nRUN a\n"),
                passes("DKF-004", "one in the stage below", "FROM a:1 AS b\nUSER 5\nFROM b\n"),
                fails("DKF-005", "zeros", "FROM r.test/b:1\nUSER 00:5\n"),
                fails("DKF-005", "a stage that nothing uses", "FROM a:1 AS b\nUSER root\nFROM c:1\nUSER 5\n"),
                passes(
                        "DKF-005",
                        "a stage that is copied from",
                        "FROM a:1 AS b\nUSER root\nFROM c:1\nUSER 5\nCOPY --from=b /x /x\n"),
                unknown("DKF-005", "the base decides", "FROM r.test/b:1\nRUN a\n"),
                unknown("DKF-005", "an argument decides", "FROM r.test/b:1\nARG U\nUSER $U\n"),
                fails("DKF-005", "a number that wraps", "FROM r.test/b:1\nUSER 4294967296\n"),
                passes("DKF-005", "the last one counts", "FROM r.test/b:1\nUSER root\nUSER 5\n"),
                passes("DKF-005", "a trigger", "FROM r.test/b:1\nUSER 5\nONBUILD USER root\n"),
                fails("DKF-005", "an administrator", "FROM r.test/b:1\nUSER ContainerAdministrator\n"),
                skips("DKF-005", "scratch without USER", "FROM scratch\nCOPY a /a\n"),
                fails("DKF-006", "a name", "FROM r.test/b:1\nUSER app\n"),
                passes("DKF-006", "a number", "FROM r.test/b:1\nUSER 5:app\n"),
                unknown("DKF-006", "an argument", "FROM r.test/b:1\nARG U\nUSER $U\n"),
                skips("DKF-006", "none", "FROM r.test/b:1\nRUN a\n"),
                fails("DKF-007", "none", "FROM r.test/b:1\nRUN a\n"),
                fails("DKF-007", "switched off", "FROM r.test/b:1\nHEALTHCHECK NONE\n"),
                passes("DKF-007", "one", "FROM r.test/b:1\nHEALTHCHECK CMD a\n"),
                passes("DKF-007", "one below", "FROM a:1 AS b\nHEALTHCHECK CMD a\nFROM b\n"),
                fails("DKF-008", "two", "FROM r.test/b:1\nHEALTHCHECK CMD a\nHEALTHCHECK CMD b\n"),
                passes("DKF-008", "one in each stage", "FROM a:1\nHEALTHCHECK CMD a\nFROM b:1\nHEALTHCHECK CMD a\n"),
                fails("DKF-009", "a file", "FROM r.test/b:1\nADD a /b\n"),
                passes("DKF-009", "an archive", "FROM r.test/b:1\nADD a.tar.gz /b\n"),
                passes("DKF-009", "a download", "FROM r.test/b:1\nADD https://x.test/a /b\n"),
                unknown("DKF-009", "an argument", "FROM r.test/b:1\nARG S\nADD $S /b\n"),
                fails("DKF-009", "an argument below a folder", "FROM r.test/b:1\nARG S\nADD a/$S.jar /b\n"),
                fails("DKF-010", "a URL", "FROM r.test/b:1\nADD https://x.test/a /b\n"),
                passes("DKF-010", "a checksum", "FROM r.test/b:1\nADD --checksum=sha256:aa https://x.test/a /b\n"),
                passes(
                        "DKF-010",
                        "a commit",
                        "FROM r.test/b:1\nADD https://x.test/a.git#aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa /b\n"),
                fails("DKF-010", "a branch", "FROM r.test/b:1\nADD https://x.test/a.git#main /b\n"),
                unknown("DKF-010", "an argument", "FROM r.test/b:1\nARG S\nADD $S /b\n"),
                fails("DKF-011", "a range", "FROM r.test/b:1\nEXPOSE 20-25/tcp\n"),
                passes("DKF-011", "another", "FROM r.test/b:1\nEXPOSE 8080\n"),
                unknown("DKF-011", "an argument", "FROM r.test/b:1\nARG P\nEXPOSE $P\n"),
                fails("DKF-011", "an argument with a default", "FROM r.test/b:1\nARG P=22\nEXPOSE 80 $P\n"),
                passes("DKF-011", "udp", "FROM r.test/b:1\nEXPOSE 22/udp\n"),
                fails("DKF-012", "too high", "FROM r.test/b:1\nEXPOSE 65536\n"),
                fails("DKF-012", "an address", "FROM r.test/b:1\nEXPOSE 127.0.0.1:80:80\n"),
                passes("DKF-012", "a range", "FROM r.test/b:1\nEXPOSE 1-65535\n"),
                unknown("DKF-012", "an argument", "FROM r.test/b:1\nARG P\nEXPOSE $P\n"),
                fails("DKF-012", "backwards", "FROM r.test/b:1\nEXPOSE 90-80\n"),
                fails("DKF-013", "update alone", "FROM r.test/b:1\nRUN apt-get update\n"),
                passes("DKF-013", "with install", "FROM r.test/b:1\nRUN apt-get update && apt-get install a\n"),
                unknown("DKF-013", "another shell", "FROM r.test/b:1\nSHELL [\"pwsh\"]\nRUN apt-get update\n"),
                fails("DKF-013", "in a here-document", "FROM r.test/b:1\nRUN <<EOF\napt-get update\nEOF\n"),
                passes(
                        "DKF-013",
                        "in a here-document with install",
                        "FROM r.test/b:1\nRUN <<EOF\napt-get update\napt-get install a\nEOF\n"),
                fails("DKF-014", "kept", "FROM r.test/b:1\nRUN apt-get update && apt-get install a\n"),
                passes(
                        "DKF-014",
                        "removed",
                        "FROM r.test/b:1\nRUN apt-get update && apt-get install a && rm -rf /var/lib/apt/lists/*\n"),
                passes("DKF-014", "another stage", "FROM a:1 AS b\nRUN apt-get update\nFROM c:1\n"),
                passes(
                        "DKF-014",
                        "a cache",
                        "FROM r.test/b:1\nRUN --mount=type=cache,target=/var/lib/apt apt-get update\n"),
                unknown("DKF-014", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-015", "plain", "FROM r.test/b:1\nRUN apt-get install a\n"),
                passes("DKF-015", "an option", "FROM r.test/b:1\nRUN apt-get install --no-install-recommends a\n"),
                passes(
                        "DKF-015",
                        "a setting before",
                        "FROM r.test/b:1\nRUN echo 'APT::Install-Recommends \"false\";' > /etc/apt/apt.conf.d/1\nRUN apt-get install a\n"),
                fails(
                        "DKF-015",
                        "a setting that is on",
                        "FROM r.test/b:1\nRUN apt-get install -o APT::Install-Recommends=true a\n"),
                unknown("DKF-015", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-016", "apt-get", "FROM r.test/b:1\nRUN apt-get install a\n"),
                passes("DKF-016", "-y among others", "FROM r.test/b:1\nRUN apt-get -qqfmy install a\n"),
                passes("DKF-016", "quiet twice", "FROM r.test/b:1\nRUN apt-get -qq install a\n"),
                passes("DKF-016", "yes", "FROM r.test/b:1\nRUN yes | apt-get install a\n"),
                passes("DKF-016", "a setting", "FROM r.test/b:1\nRUN apt-get -o APT::Get::Assume-Yes=true install a\n"),
                fails("DKF-016", "zypper", "FROM r.test/b:1\nRUN zypper install a\n"),
                passes("DKF-016", "zypper without questions", "FROM r.test/b:1\nRUN zypper -n install a\n"),
                fails("DKF-016", "microdnf", "FROM r.test/b:1\nRUN microdnf install a\n"),
                unknown("DKF-016", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-017", "apt", "FROM r.test/b:1\nRUN apt install a\n"),
                passes("DKF-017", "apt-get", "FROM r.test/b:1\nRUN apt-get install apt\n"),
                unknown("DKF-017", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-018", "dist-upgrade", "FROM r.test/b:1\nRUN apt-get dist-upgrade\n"),
                passes("DKF-018", "upgrade of a package", "FROM r.test/b:1\nRUN apt-get install --only-upgrade a\n"),
                unknown("DKF-018", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-019", "plain", "FROM r.test/b:1\nRUN apk add a\n"),
                passes("DKF-019", "no cache", "FROM r.test/b:1\nRUN apk --no-cache add a\n"),
                passes(
                        "DKF-019",
                        "a mount",
                        "FROM r.test/b:1\nRUN --mount=type=cache,target=/var/cache/apk apk add a\n"),
                unknown("DKF-019", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-020", "dnf", "FROM r.test/b:1\nRUN dnf install a\n"),
                passes("DKF-020", "cleaned", "FROM r.test/b:1\nRUN dnf install a && dnf clean all\n"),
                fails("DKF-020", "cleaned before", "FROM r.test/b:1\nRUN dnf clean all && dnf install a\n"),
                passes("DKF-020", "removed", "FROM r.test/b:1\nRUN yum install a && rm -rf /var/cache/yum\n"),
                passes("DKF-020", "zypper", "FROM r.test/b:1\nRUN zypper in a && zypper cc -a\n"),
                passes(
                        "DKF-020",
                        "a mount",
                        "FROM r.test/b:1\nRUN --mount=type=cache,target=/var/cache/dnf dnf install a\n"),
                unknown("DKF-020", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-021", "apt", "FROM r.test/b:1\nRUN apt-get install a\n"),
                fails("DKF-021", "apk", "FROM r.test/b:1\nRUN apk add a\n"),
                fails("DKF-021", "dnf", "FROM r.test/b:1\nRUN dnf install a\n"),
                fails("DKF-021", "a module of dnf", "FROM r.test/b:1\nRUN dnf module install nodejs\n"),
                fails("DKF-021", "pip", "FROM r.test/b:1\nRUN pip install a\n"),
                fails("DKF-021", "python", "FROM r.test/b:1\nRUN python3 -m pip install a\n"),
                fails("DKF-021", "a repository for pip", "FROM r.test/b:1\nRUN pip install git+https://x.test/a.git\n"),
                fails("DKF-021", "npm", "FROM r.test/b:1\nRUN npm install -g a\n"),
                fails("DKF-021", "a scope of npm", "FROM r.test/b:1\nRUN npm i @s/a\n"),
                fails(
                        "DKF-021",
                        "a repository for npm",
                        "FROM r.test/b:1\nRUN npm install git+ssh://git@x.test:a/b.git\n"),
                fails("DKF-021", "yarn", "FROM r.test/b:1\nRUN yarn global add a\n"),
                fails("DKF-021", "gem", "FROM r.test/b:1\nRUN gem install a\n"),
                fails("DKF-021", "go", "FROM r.test/b:1\nRUN go install x.test/a@latest\n"),
                fails("DKF-021", "go without version", "FROM r.test/b:1\nRUN go get x.test/a\n"),
                passes("DKF-021", "apt", "FROM r.test/b:1\nRUN apt-get install -y a=1 ./b.deb\n"),
                passes("DKF-021", "apt of a release", "FROM r.test/b:1\nRUN apt-get install -t stable a=1\n"),
                passes("DKF-021", "apk", "FROM r.test/b:1\nRUN apk add --virtual v a=1 b~2\n"),
                passes("DKF-021", "dnf", "FROM r.test/b:1\nRUN dnf install a-1.2\n"),
                passes("DKF-021", "pip", "FROM r.test/b:1\nRUN pip install a==1 -r r.txt .\n"),
                passes("DKF-021", "a file for pip", "FROM r.test/b:1\nRUN pip install -r r.txt\n"),
                passes(
                        "DKF-021",
                        "a commit for pip",
                        "FROM r.test/b:1\nRUN pip install git+https://x.test/a.git@main\n"),
                passes("DKF-021", "npm", "FROM r.test/b:1\nRUN npm install @s/a@1 ./b c.tgz\n"),
                passes("DKF-021", "a lock file", "FROM r.test/b:1\nRUN npm ci\n"),
                passes("DKF-021", "gem", "FROM r.test/b:1\nRUN gem install a:1\n"),
                passes("DKF-021", "a version of gem", "FROM r.test/b:1\nRUN gem install -v 1 a\n"),
                passes("DKF-021", "go", "FROM r.test/b:1\nRUN go install -tags x x.test/a@v1 ./cmd/b\n"),
                passes("DKF-021", "a variable", "FROM r.test/b:1\nRUN apt-get install $PACKAGES\n"),
                unknown("DKF-021", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-022", "pip", "FROM r.test/b:1\nRUN pip install a\n"),
                passes("DKF-022", "an option", "FROM r.test/b:1\nRUN pip install --no-cache-dir a\n"),
                passes("DKF-022", "a variable", "FROM r.test/b:1\nENV PIP_NO_CACHE_DIR=1\nRUN pip install a\n"),
                fails("DKF-022", "a variable that is off", "FROM r.test/b:1\nRUN PIP_NO_CACHE_DIR=0 pip install a\n"),
                passes(
                        "DKF-022",
                        "a mount",
                        "FROM r.test/b:1\nRUN --mount=type=cache,target=/root/.cache/pip pip install a\n"),
                fails("DKF-022", "yarn", "FROM r.test/b:1\nRUN yarn install\n"),
                passes("DKF-022", "yarn and then clean", "FROM r.test/b:1\nRUN yarn install && yarn cache clean\n"),
                unknown("DKF-022", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-023", "sudo", "FROM r.test/b:1\nRUN a && sudo b\n"),
                passes("DKF-023", "a package of that name", "FROM r.test/b:1\nRUN apt-get install sudo\n"),
                unknown("DKF-023", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-023", "in the child", "FROM r.test/b:1\nONBUILD RUN sudo a\n"),
                fails("DKF-024", "a download", "FROM r.test/b:1\nRUN curl https://x.test | sh\n"),
                fails("DKF-024", "a pipe", "FROM r.test/b:1\nRUN a | b\n"),
                passes(
                        "DKF-024",
                        "pipefail of the shell",
                        "FROM r.test/b:1\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN a | b\n"),
                passes("DKF-024", "pipefail in the step", "FROM r.test/b:1\nRUN set -o pipefail && a | b\n"),
                unknown("DKF-024", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-025", "a variable", "FROM r.test/b:1\nENV DB_PASSWORD=hunter2hunter\n"),
                fails("DKF-025", "an argument without default", "FROM r.test/b:1\nARG NPM_TOKEN\n"),
                fails("DKF-025", "an argument before FROM", "ARG API_KEY=x\nFROM a:1\n"),
                fails("DKF-025", "a variable from an argument", "FROM r.test/b:1\nARG X\nENV DB_PASSWORD=$X\n"),
                passes("DKF-025", "the name of a file", "FROM r.test/b:1\nENV DB_PASSWORD_FILE=/run/secrets/p\n"),
                passes("DKF-025", "a switch", "FROM r.test/b:1\nARG USE_TOKEN=false\n"),
                passes("DKF-025", "empty", "FROM r.test/b:1\nENV DB_PASSWORD=\n"),
                fails("DKF-025", "a label", "FROM r.test/b:1\nLABEL password=hunter2hunter\n"),
                fails("DKF-026", "a key", "FROM r.test/b:1\nCOPY id_rsa /root/.ssh/\n"),
                passes("DKF-026", "a public key", "FROM r.test/b:1\nCOPY id_rsa.pub /root/.ssh/\n"),
                fails("DKF-026", "a setting", "FROM r.test/b:1\nRUN aws configure set aws_secret_access_key $K\n"),
                passes(
                        "DKF-026",
                        "a setting with a mount",
                        "FROM r.test/b:1\nRUN --mount=type=secret,id=k aws configure set aws_secret_access_key $(cat /run/secrets/k)\n"),
                fails("DKF-026", "a URL", "FROM r.test/b:1\nRUN git clone https://u:hunter2hunter@x.test/a.git\n"),
                fails(
                        "DKF-026",
                        "a file in a here-document",
                        "FROM r.test/b:1\nCOPY <<EOF /x\nPASSWORD=changeme123\nEOF\n"),
                passes("DKF-026", "a plain file in a here-document", "FROM r.test/b:1\nCOPY <<EOF /x\nPORT=80\nEOF\n"),
                unknown("DKF-026", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-027", "curl", "FROM r.test/b:1\nRUN curl -k https://x.test\n"),
                fails("DKF-027", "a variable", "FROM r.test/b:1\nENV NODE_TLS_REJECT_UNAUTHORIZED=0\n"),
                passes("DKF-027", "curl with a check", "FROM r.test/b:1\nRUN curl https://x.test\n"),
                fails("DKF-027", "in a here-document", "FROM r.test/b:1\nRUN <<EOF\ncurl -k https://x.test\nEOF\n"),
                unknown("DKF-027", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-028", "apt", "FROM r.test/b:1\nRUN apt-get install --allow-unauthenticated a\n"),
                passes("DKF-028", "plain", "FROM r.test/b:1\nRUN apt-get install a\n"),
                unknown("DKF-028", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-029", "chpasswd", "FROM r.test/b:1\nRUN echo a:b | chpasswd\n"),
                passes("DKF-029", "locked", "FROM r.test/b:1\nRUN usermod -p ! a\n"),
                unknown("DKF-029", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-030", "the network", "FROM r.test/b:1\nRUN --network=host a\n"),
                fails("DKF-027", "npm", "FROM r.test/b:1\nRUN npm config set strict-ssl false\n"),
                passes("DKF-027", "package", "FROM r.test/b:1\nRUN npm install strict-ssl false\n"),
                fails("DKF-030", "security", "FROM r.test/b:1\nRUN --security=insecure a\n"),
                passes("DKF-030", "an argument of the program", "FROM r.test/b:1\nRUN a --network=host\n"),
                fails("DKF-030", "a device", "FROM r.test/b:1\nRUN --device=nvidia.com/gpu=all a\n"),
                fails("DKF-031", "chmod", "FROM r.test/b:1\nRUN chmod 777 /a\n"),
                fails("DKF-031", "COPY", "FROM r.test/b:1\nCOPY --chmod=u+s a /b\n"),
                passes("DKF-031", "less", "FROM r.test/b:1\nCOPY --chmod=755 a /b\n"),
                unknown("DKF-031", "an argument", "FROM r.test/b:1\nARG M\nCOPY --chmod=$M a /b\n"),
                fails("DKF-031", "an argument with a default", "FROM r.test/b:1\nARG M=777\nCOPY --chmod=$M a /b\n"),
                fails("DKF-032", "relative", "FROM r.test/b:1\nWORKDIR a\n"),
                passes("DKF-032", "a drive", "FROM r.test/b:1\nWORKDIR c:/a\n"),
                passes("DKF-032", "below a variable", "FROM r.test/b:1\nENV D=/a\nWORKDIR $D/b\n"),
                unknown("DKF-032", "an argument", "FROM r.test/b:1\nWORKDIR $D/b\n"),
                fails("DKF-033", "/etc", "FROM r.test/b:1\nWORKDIR /etc/\n"),
                passes("DKF-033", "/app", "FROM r.test/b:1\nWORKDIR /app\n"),
                unknown("DKF-033", "an argument", "FROM r.test/b:1\nARG D\nWORKDIR /$D\n"),
                fails("DKF-034", "only cd", "FROM r.test/b:1\nRUN cd /a\n"),
                passes("DKF-034", "cd for a command", "FROM r.test/b:1\nRUN cd /a && make\n"),
                unknown("DKF-034", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-035", "itself", "FROM a:1 AS b\nCOPY --from=b c d\n"),
                fails("DKF-035", "a later one", "FROM a:1\nCOPY --from=c d e\nFROM f:1 AS c\n"),
                passes("DKF-035", "a number", "FROM a:1\nFROM b:1\nCOPY --from=0 c d\n"),
                passes("DKF-035", "an image", "FROM r.test/b:1\nCOPY --from=x.test/y:1 c d\n"),
                fails("DKF-035", "no stage", "FROM r.test/b:1\nCOPY --from=c d e\n"),
                fails("DKF-035", "a mount", "FROM r.test/b:1\nRUN --mount=from=c,target=/x a\n"),
                unknown("DKF-035", "a variable", "FROM r.test/b:1\nCOPY --from=$X c d\n"),
                fails("DKF-036", "no slash", "FROM r.test/b:1\nCOPY a b c\n"),
                passes("DKF-036", "a slash", "FROM r.test/b:1\nCOPY a b c/\n"),
                passes("DKF-036", "this folder", "FROM r.test/b:1\nCOPY a b .\n"),
                unknown("DKF-036", "a variable", "FROM r.test/b:1\nCOPY a b /$X\n"),
                fails("DKF-036", "JSON", "FROM r.test/b:1\nCOPY [\"a\", \"b\", \"c\"]\n"),
                fails("DKF-037", "twice", "FROM a:1 AS b\nFROM c:1 AS B\n"),
                fails("DKF-037", "reserved", "FROM a:1 AS scratch\n"),
                passes("DKF-037", "different", "FROM a:1 AS b\nFROM c:1 AS d\n"),
                fails("DKF-038", "CMD", "FROM r.test/b:1\nCMD a\nCMD b\n"),
                passes("DKF-038", "one each", "FROM r.test/b:1\nENTRYPOINT [\"a\"]\nCMD b\n"),
                fails("DKF-039", "both", "FROM r.test/b:1\nRUN wget -q a\nRUN curl b\n"),
                passes("DKF-039", "in different stages", "FROM a:1\nRUN wget a\nFROM b:1\nRUN curl b\n"),
                unknown("DKF-039", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-040", "before FROM", "MAINTAINER a\nFROM b:1\n"),
                passes("DKF-040", "a label", "FROM r.test/b:1\nLABEL maintainer=a\n"),
                fails("DKF-041", "shell form", "FROM r.test/b:1\nCMD a\n"),
                fails("DKF-041", "single quotes", "FROM r.test/b:1\nCMD ['a']\n"),
                passes("DKF-041", "JSON", "FROM r.test/b:1\nCMD [\"a\"]\n"),
                fails("DKF-042", "a file system", "FROM a:1 AS b\nFROM c:1\nCOPY --from=b / /\n"),
                unknown("DKF-042", "the context", "FROM r.test/b:1\nCOPY . /a\n"),
                passes("DKF-042", "a folder", "FROM r.test/b:1\nCOPY src /a\n"),
                fails("DKF-043", "/etc", "FROM r.test/b:1\nVOLUME /etc\n"),
                fails("DKF-043", "below /usr", "FROM r.test/b:1\nVOLUME [\"/usr/app\"]\n"),
                passes("DKF-043", "/data", "FROM r.test/b:1\nVOLUME /data /var/data\n"),
                unknown("DKF-043", "an argument", "FROM r.test/b:1\nVOLUME $X\n"),
                fails("DKF-044", "constant", "FROM --platform=linux/amd64 a:1\n"),
                fails("DKF-044", "the target", "FROM --platform=${TARGETPLATFORM} a:1\n"),
                passes("DKF-044", "the builder", "FROM --platform=$BUILDPLATFORM a:1\n"),
                fails("DKF-045", "an unknown instruction", "FROM r.test/b:1\nFOO a\n"),
                fails("DKF-045", "before FROM", "RUN a\nFROM b:1\n"),
                fails("DKF-045", "no FROM", "RUN a\n"),
                fails("DKF-045", "ONBUILD FROM", "FROM r.test/b:1\nONBUILD FROM a\n"),
                fails("DKF-045", "its own variable", "FROM r.test/b:1\nENV A=b C=$A\n"),
                passes("DKF-045", "the variable before", "FROM r.test/b:1\nENV A=b\nENV A=c D=$A\n"),
                passes("DKF-045", "a longer path", "FROM r.test/b:1\nENV PATH=/a:$PATH\n"),
                fails("DKF-045", "an open quote", "FROM r.test/b:1\nUSER \"a\n"),
                passes("DKF-045", "an argument before FROM", "ARG A\nFROM b:1\n"),
                fails(
                        "DKF-046",
                        "a reserved name",
                        "FROM r.test/b:1\nLABEL com.docker.a=b org.opencontainers.image.source=https://x.test\n"),
                fails(
                        "DKF-046",
                        "two dots",
                        "FROM r.test/b:1\nLABEL a..b=c org.opencontainers.image.source=https://x.test\n"),
                passes(
                        "DKF-046",
                        "as asked",
                        "FROM r.test/b:1\nLABEL org.opencontainers.image.source=https://x.test\n"),
                fails("DKF-046", "no address", "FROM r.test/b:1\nLABEL org.opencontainers.image.source=here\n"),
                fails(
                        "DKF-046",
                        "no date",
                        "FROM r.test/b:1\nLABEL org.opencontainers.image.created=today org.opencontainers.image.source=https://x.test\n"),
                unknown(
                        "DKF-046",
                        "a date by an argument",
                        "FROM r.test/b:1\nARG D\nLABEL org.opencontainers.image.created=$D org.opencontainers.image.source=https://x.test\n"),
                fails("DKF-046", "none", "FROM r.test/b:1\nRUN a\n"),
                fails("DKF-047", "vim", "FROM r.test/b:1\nRUN vim a\n"),
                fails("DKF-047", "a link", "FROM r.test/b:1\nRUN ln -sf /bin/bash /bin/sh\n"),
                passes("DKF-047", "a package", "FROM r.test/b:1\nRUN apt-get install vim\n"),
                unknown("DKF-047", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-048", "high", "FROM r.test/b:1\nRUN useradd -u 1000000 a\n"),
                passes("DKF-048", "without log", "FROM r.test/b:1\nRUN useradd -l -u 1000000 a\n"),
                passes("DKF-048", "low", "FROM r.test/b:1\nRUN useradd -u 10001 a\n"),
                unknown("DKF-048", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-049", "relative", "FROM r.test/b:1\nCOPY a b\n"),
                passes("DKF-049", "after WORKDIR", "FROM r.test/b:1\nWORKDIR /a\nCOPY a b\n"),
                passes("DKF-049", "after a WORKDIR below", "FROM a:1 AS b\nWORKDIR /a\nFROM b\nCOPY a b\n"),
                unknown("DKF-049", "an argument", "FROM r.test/b:1\nCOPY a $X\n"),
                fails("DKF-050", "two steps", "FROM r.test/b:1\nRUN a\nRUN b\n"),
                passes("DKF-050", "other options", "FROM r.test/b:1\nRUN a\nRUN --network=none b\n"),
                fails("DKF-050", "wget", "FROM r.test/b:1\nRUN wget a\n"),
                passes("DKF-050", "quiet wget", "FROM r.test/b:1\nRUN wget -nv a\n"),
                fails("DKF-050", "an archive", "FROM r.test/b:1\nCOPY a.tar /b/\nRUN tar -xf /b/a.tar\n"),
                unknown("DKF-050", "unread", "FROM r.test/b:1\nRUN a \"\n"),
                fails("DKF-051", "no digest", "# syntax=docker/dockerfile:1\nFROM a:1\n"),
                fails("DKF-051", "another image", "# syntax=x.test/y@sha256:a\nFROM a:1\n"),
                passes("DKF-051", "a digest", "# syntax=docker/dockerfile:1@sha256:a\nFROM a:1\n"),
                skips("DKF-051", "none", "FROM a:1\n"),
                fails("DKF-052", "no reason", "# hadolint ignore=DL3006\nFROM a\n"),
                passes("DKF-052", "a reason", "# hadolint ignore=DL3006 # we mirror it\nFROM a\n"),
                fails("DKF-052", "no date", "# tallyclerk ignore=DKF-001 reason=a until=soon\nFROM a\n"),
                skips("DKF-052", "no comment", "FROM a\n"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decides(Case of) throws Exception {
        Outcome outcome = Dockerfiles.judge(of.rule(), Dockerfiles.read(of.file()));
        assertEquals(of.verdict(), outcome.kind(), outcome::toString);
    }

    @Test
    void everyRuleHasACase() {
        Set<String> tested = cases().map(Case::rule).collect(Collectors.toSet());
        tested.add("DKF-003");
        Set<String> all = DockerfileRules.ruleSet().rules().stream()
                .map(rule -> rule.info().id().value())
                .collect(Collectors.toSet());
        assertEquals(52, all.size());
        assertEquals(all, tested);
    }

    private static List<Problem> problems(String rule, String file) throws MalformedSubjectException {
        return ((Outcome.Fail) Dockerfiles.judge(rule, Dockerfiles.read(file))).problems();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "DKF-023|~FROM a\nRUN a && \\\n  sudo b; c\n~|3|3|3|9",
                "DKF-023|~FROM a\nRUN <<EOF\na\n sudo b\nEOF\n~|4|2|4|8",
                "DKF-023|~FROM a\nRUN sudo a && echo sudo; sudo b\n~|2|5|2|11",
                "DKF-001|~ARG A\nFROM --platform=$A a AS b\n~|2|20|2|21",
                "DKF-025|~FROM a\nENV A=b \\\n  PASSWORD=hunter2hunter\n~|3|3|3|25",
                "DKF-005|~FROM a\nUSER root\n~|2|1|2|10",
                "DKF-023|~FROM a\nRUN [\"sudo\", \"a\"]\n~|2|1|2|18",
                "DKF-037|~FROM a AS b\nFROM c AS b\n~|2|11|2|12"
            })
    void pointsAtTheCulprit(String rule, String file, int line, int column, int endLine, int endColumn)
            throws Exception {
        assertEquals(
                Location.Region.of("Dockerfile", line, column, endLine, endColumn),
                problems(rule, file).get(0).at());
    }

    @Test
    void isLessSevereInAnotherStageAndNamesIt() throws Exception {
        List<Problem> problems = problems("DKF-027", "FROM a AS b\nRUN curl -k x\nFROM c\nCOPY --from=b /x /x\n");
        assertEquals(Optional.of(Severity.MEDIUM), problems.get(0).severity());
        assertTrue(problems.get(0).message().contains("in stage b"), problems.toString());
        assertEquals(
                Optional.empty(),
                problems("DKF-027", "FROM a\nRUN curl -k x\n").get(0).severity());
    }

    @Test
    void saysThatATriggerRunsInTheChild() throws Exception {
        Problem problem = problems("DKF-027", "FROM a\nONBUILD RUN curl -k x\n").get(0);
        assertTrue(problem.message().contains("builds on top of this image"), problem.toString());
    }

    @Test
    void judgesTheStageThatIsTheTarget() throws Exception {
        DockerfileSubject file = Dockerfiles.read("FROM a AS dev\nUSER root\nFROM b AS prod\nUSER 5\n");
        assertEquals(
                Optional.of(Severity.MEDIUM),
                ((Outcome.Fail) Dockerfiles.judge("DKF-005", file))
                        .problems()
                        .get(0)
                        .severity());
        assertEquals(
                Optional.empty(),
                ((Outcome.Fail) Dockerfiles.judge("DKF-005", file.withTarget("DEV")))
                        .problems()
                        .get(0)
                        .severity());
        assertThrows(IllegalArgumentException.class, () -> file.withTarget("test"));
    }

    @Test
    void takesTheUserAndHealthCheckOfABaseThatIsKnown() throws Exception {
        DockerfileSubject file = Dockerfiles.read("FROM a:1\nRUN b\n");
        DockerfileSubject good = file.withBase("a:1", new BaseImage("5", true));
        DockerfileSubject bad = file.withBase("a:1", new BaseImage("", false));
        assertEquals(Outcome.Kind.PASS, Dockerfiles.judge("DKF-004", good).kind());
        assertEquals(Outcome.Kind.PASS, Dockerfiles.judge("DKF-007", good).kind());
        assertEquals(Outcome.Kind.FAIL, Dockerfiles.judge("DKF-004", bad).kind());
        assertEquals(Outcome.Kind.FAIL, Dockerfiles.judge("DKF-007", bad).kind());
    }

    @Test
    void looksAtTheIgnoreFile() throws Exception {
        DockerfileSubject file = Dockerfiles.read("FROM a:1\nCOPY . /b\n");
        assertEquals(
                Outcome.Kind.FAIL,
                Dockerfiles.judge("DKF-042", file.withIgnoreFile(false)).kind());
        assertEquals(
                Outcome.Kind.PASS,
                Dockerfiles.judge("DKF-042", file.withIgnoreFile(true)).kind());
    }

    @SuppressWarnings("unchecked") // the parameter is a list of texts
    private static RuleSetting<List<String>> setting(String rule, String name, String... values) {
        RuleParameter<?> parameter =
                Dockerfiles.rule(rule).info().parameter(name).orElseThrow();
        return RuleSetting.of((RuleParameter<List<String>>) parameter, List.of(values));
    }

    @ParameterizedTest
    @CsvSource({
        "FROM x.test/a:1, PASS",
        "FROM a:1, FAIL",
        "FROM b.y.test/a:1, PASS",
        "FROM y.test/a:1, FAIL",
        "FROM scratch, PASS",
        "FROM $X/a:1, UNKNOWN"
    })
    void allowsTheRegistriesOfThePolicy(String from, Outcome.Kind expected) throws Exception {
        RuleSetting<?> allowed = setting("DKF-003", "allowedRegistries", "x.test", "*.y.test");
        DockerfileSubject file = Dockerfiles.read(from + '\n');
        assertEquals(expected, Dockerfiles.judge("DKF-003", file, allowed).kind());
        assertEquals(
                Outcome.Kind.NOT_APPLICABLE, Dockerfiles.judge("DKF-003", file).kind());
    }

    @Test
    void looksAtTheRegistriesOfCopiedImagesToo() throws Exception {
        RuleSetting<?> allowed = setting("DKF-003", "allowedRegistries", "x.test");
        DockerfileSubject file = Dockerfiles.read("FROM x.test/a:1\nCOPY --from=y.test/b:1 c d\n");
        assertEquals(
                Outcome.Kind.FAIL, Dockerfiles.judge("DKF-003", file, allowed).kind());
    }

    @Test
    void acceptsTheNamedContextsAndLabelsOfThePolicy() throws Exception {
        DockerfileSubject file = Dockerfiles.read("FROM a:1\nCOPY --from=shared b c\nLABEL d=1.2.3\n");
        assertEquals(
                Outcome.Kind.PASS,
                Dockerfiles.judge("DKF-035", file, setting("DKF-035", "namedContexts", "shared"))
                        .kind());
        RuleSetting<?> required = setting("DKF-046", "requiredLabels", "d");
        assertEquals(
                Outcome.Kind.PASS,
                Dockerfiles.judge("DKF-046", file, required, setting("DKF-046", "labelTypes", "d=semver"))
                        .kind());
        assertEquals(
                Outcome.Kind.FAIL,
                Dockerfiles.judge("DKF-046", file, required, setting("DKF-046", "labelTypes", "d=email"))
                        .kind());
    }

    @Test
    void aPolicyAddsPatternsOfSecrets() throws Exception {
        RuleContext context = RuleContext.at(Dockerfiles.NOW)
                .withSecretPatterns(List.of("Example token | token | any | extok_ | [0-9a-f]{8} | -"));
        DockerfileSubject file = Dockerfiles.read(
                "FROM r.test/b:1\nENV A=extok_0a1b2c3d\nRUN app extok_0a1b2c3d\nCMD app extok_0a1b2c3d\nUSER 1\n");
        for (String rule : List.of("DKF-025", "DKF-026")) {
            assertEquals(Outcome.Kind.PASS, Dockerfiles.judge(rule, file).kind(), rule);
            assertEquals(
                    Outcome.Kind.FAIL,
                    Dockerfiles.rule(rule).evaluate(file, context).kind(),
                    rule);
        }
    }

    @Test
    void reportsNoSecret() throws Exception {
        String secret = "hunter2hunter2";
        DockerfileSubject file = Dockerfiles.read("FROM a:1\nARG API_TOKEN=" + secret + "\nENV DB_PASSWORD=" + secret
                + "\nLABEL password=" + secret + "\nRUN curl -u a:" + secret + " https://x.test | sh\n"
                + "RUN mysql -p" + secret + " && git clone https://u:" + secret + "@x.test/a.git && sudo a --password "
                + secret + "\nADD https://u:" + secret + "@x.test/b /c\nCOPY <<EOF /d\nPASSWORD=" + secret
                + "\nEOF\nCMD a --password " + secret + "\nUSER root\n");
        int failures = 0;
        for (Rule<?> rule : DockerfileRules.ruleSet().rules()) {
            Outcome outcome = Dockerfiles.judge(rule.info().id().value(), file);
            assertFalse(outcome.toString().contains(secret), rule.info().id() + " " + outcome);
            failures += outcome.kind() == Outcome.Kind.FAIL ? 1 : 0;
        }
        assertTrue(failures > 10, failures + " failures");
    }

    @Test
    void reportsABoundedNumberOfProblems() throws Exception {
        List<Problem> problems = problems("DKF-023", "FROM a\n" + "RUN sudo b\n".repeat(1000));
        assertEquals(201, problems.size());
        assertTrue(
                problems.get(200).message().contains("800 more"),
                problems.get(200).message());
    }

    @Test
    void isUnknownOnceTheFileHasTooManyCommands() throws Exception {
        DockerfileSubject file = Dockerfiles.read("FROM a\n" + ("RUN " + "a;".repeat(30_000) + '\n').repeat(4));
        assertEquals(Outcome.Kind.UNKNOWN, Dockerfiles.judge("DKF-023", file).kind());
    }
}
