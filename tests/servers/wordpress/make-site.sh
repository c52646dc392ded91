#!/usr/bin/env bash
# Makes a site in a folder: make-site.sh PREPARED SITE PORT [SOCKET]
#
# Without SOCKET the program as it is published, on its SQLite plug-in; with that of an empty MariaDB server, Debian's
# package on a database there.
#
# SITE/web is what a web server shows, the site lies in its folder /blog; SITE/router.php is for PHP's own web server.
# Prints the application passwords of its people as JSON. The people: admin, author and contrib; their login passwords
# are their names with "-pw". Its environment type is "local": application passwords work without https.
set -euo pipefail
prepared=$1 site=$2 port=$3 socket=${4:-}

mkdir -p "$site/web"
blog="$site/web/blog"
if [ -n "$socket" ]; then
  cp -R "$prepared/debian" "$blog"
  mkdir -p "$blog/wp-content/uploads"
  php -r '$db = new mysqli("localhost", "root", "", "", 0, $argv[1]); $db->query("CREATE DATABASE wp CHARACTER SET utf8mb4");' "$socket"
else
  cp -R "$prepared/wordpress" "$blog"
  plugin="$blog/wp-content/plugins/sqlite-database-integration"
  mkdir -p "$blog/wp-content/plugins" "$blog/wp-content/database" "$blog/wp-content/uploads"
  cp -R "$prepared/sqlite" "$plugin"
  sed -e "s#{SQLITE_IMPLEMENTATION_FOLDER_PATH}#$plugin#" -e 's#{SQLITE_PLUGIN}#sqlite-database-integration/load.php#' \
    "$plugin/db.copy" > "$blog/wp-content/db.php"
fi

cat > "$blog/wp-config.php" <<PHP
<?php
foreach (['DB_NAME' => 'wp', 'DB_USER' => 'root', 'DB_PASSWORD' => '', 'DB_HOST' => 'localhost:$socket', 'DB_CHARSET' => 'utf8mb4', 'DB_COLLATE' => ''] as \$name => \$value) define(\$name, \$value);
define('DB_DIR', '$blog/wp-content/database/');
define('DB_FILE', 'wp.sqlite');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as \$name) { define(\$name . '_KEY', "tests-only-\$name"); define(\$name . '_SALT', "salt-\$name"); }
define('WP_ENVIRONMENT_TYPE', 'local');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
\$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
PHP

cat > "$site/router.php" <<'PHP'
<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$file = __DIR__ . '/web' . $path;
if (is_file($file)) return false;
if (!str_starts_with("$path/", '/blog/')) { http_response_code(404); return true; }
$index = rtrim($file, '/') . '/index.php';
if (!is_file($index)) $index = __DIR__ . '/web/blog/index.php';
$_SERVER['SCRIPT_NAME'] = substr($index, strlen(__DIR__ . '/web'));
chdir(dirname($index));
require $index;
PHP

cat > "$site/install.php" <<PHP
<?php
\$_SERVER += ['HTTP_HOST' => '127.0.0.1:$port', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/blog/'];
define('WP_INSTALLING', true);
define('WP_SITEURL', 'http://127.0.0.1:$port/blog');
require '$blog/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('A site for tests', 'admin', 'admin@site.example', true, '', 'admin-pw', '');
update_option('siteurl', 'http://127.0.0.1:$port/blog');
update_option('home', 'http://127.0.0.1:$port/blog');
// Pictures of people would come from a server on the net.
update_option('show_avatars', 0);
update_option('permalink_structure', '/%year%/%postname%/');
\$passwords = [];
foreach (['admin' => 'administrator', 'author' => 'author', 'contrib' => 'contributor'] as \$login => \$role) {
  \$id = username_exists(\$login) ?: wp_create_user(\$login, "\$login-pw", "\$login@site.example");
  (new WP_User(\$id))->set_role(\$role);
  [\$passwords[\$login]] = WP_Application_Passwords::create_new_application_password(\$id, ['name' => 'By hand']);
}
echo json_encode(\$passwords), "\n";
PHP

cat > "$site/permalinks.php" <<PHP
<?php
\$_SERVER += ['HTTP_HOST' => '127.0.0.1:$port', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_METHOD' => 'GET', 'REQUEST_URI' => '/blog/'];
require '$blog/wp-load.php';
update_option('permalink_structure', \$argv[1] ?? '');
PHP

php -d display_errors=0 -d error_log="$site/install.log" "$site/install.php" | tail -n 1
