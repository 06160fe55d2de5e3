package lib.secret_test

import data.lib.secret

test_credentials if {
	every value in [
		"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
		"---BEGIN OPENSSH PRIVATE KEY---\nxxxxx\n---END OPENSSH PRIVATE KEY---",
		"-----BEGIN PGP PRIVATE KEY BLOCK-----",
		"key=AKIAIOSFODNN7EXAMPLE",
		"postgres://cart:s3cret@db:5432/cart",
		"redis://:s3cret@redis:6379",
	] {
		secret.credential(value)
	}
}

test_no_credentials if {
	every value in [
		"-----BEGIN CERTIFICATE-----\nMIIB",
		"-----BEGIN PUBLIC KEY-----",
		"postgres://db:5432/cart",
		"postgres://cart:$(DB_PASSWORD)@db:5432/cart",
		"postgres://cart:${DB_PASSWORD}@db/cart",
		"http://cart:8080/path@2",
		"https://example.com/@scope:x",
		"hello",
	] {
		not secret.credential(value)
	}
}

test_names if {
	every name in [
		"DB_PASSWORD", "PGPASSWORD", "my_password", "dbPassword", "password", "MYSQL_PWD", "passphrase",
		"SECRET_BLAH", "SECRET_KEY", "clientSecret", "AWS_SECRET_ACCESS_KEY", "TOKEN", "authToken",
		"API_KEY", "apikey", "AZURE_BATCH_KEY", "OCI_CLI_KEY_CONTENT", "BEARER",
	] {
		secret.named(name, "abc123")
		secret.named(name, "xxx")
	}
}

test_names_of_other_things if {
	every name in [
		"PASSWORD_FILE", "SECRET_PATH", "TOKEN_URL", "secretName", "SECRET_NAME", "TOKEN_TTL", "TOKEN_ISSUER",
		"PASSWORD_POLICY", "MAX_TOKENS", "AWS_ACCESS_KEY_ID", "tokenType", "JWT_PUBLIC_KEY", "TOKENIZER", "GREETING",
		"db_user", "SECRETS_PROVIDER", "PASSWORD_MIN_LENGTH", "REQUIRE_PASSWORD_CHANGE", "secretRef", "KEYBOARD",
	] {
		not secret.named(name, "abc123")
	}
}

test_values_that_are_none if {
	every value in [
		"", "true", "None", "/run/secrets/db", "./token", "https://vault:8200", "$(DB_PASSWORD)", "${DB_PASSWORD}",
		"{{ .Values.password }}", "<path:kv/data/db#password>", "vault:secret/data/db#password", "ref+vault://db",
		"ENC[AES256_GCM,data:x]", "****", "arn:aws:secretsmanager:eu-west-1:1:secret:db",
	] {
		not secret.named("DB_PASSWORD", value)
	}
	not secret.named("TOKEN_LIFE", "3600")
	not secret.named("TOKEN_LIFE", "15m")
	secret.named("DB_PASSWORD", "123456")
}

test_assignments if {
	every text in [
		"db.host=pg\nspring.datasource.password=hunter2\n",
		"auth:\n  password: hunter2\n",
		"{\n  \"dbPassword\": \"hunter2\",\n}",
		"export PASSWORD='hunter2'",
	] {
		secret.assigned(text)
	}
}

test_no_assignments if {
	every text in [
		"spring.datasource.password=${DB_PASSWORD}",
		"password: $(cat /run/secrets/db)",
		"password: \"\"",
		"password: true",
		"# password: hunter2",
		"password: {{ .password }}",
		"password: <password>",
		"passwd: files systemd",
		"password_file=/run/secrets/db",
		"password: /run/secrets/db",
		"password: ENC(abcdef)",
		"the password is hunter2",
		"password: string",
	] {
		not secret.assigned(text)
	}
}

test_file_names if {
	secret.file_name("token-rotation.yaml")
	not secret.file_name("spring.datasource.password")
	not secret.file_name("PASSWORD")
}
