/** The template that ships. A server line keeps its name and its id for as long as its pod stays. */
export const DEFAULT_TEMPLATE = `# Written by watcher prime: change its prime file or its template, not this file.
global
{%- if haproxy_global %}
{{ haproxy_global }}
{%- else %}
  log /dev/log local0
  stats socket /run/haproxy/admin.sock mode 660 level admin expose-fd listeners
  user haproxy
  group haproxy
{%- endif %}

defaults
{%- if haproxy_defaults %}
{{ haproxy_defaults }}
{%- else %}
  log global
  mode http
  option redispatch
  retries 3
  timeout connect 5s
  timeout client 1m
  timeout server 1m
  timeout queue 30s
  timeout check 5s
  default-server inter 2s fastinter 500ms downinter 1s fall 3 rise 2
{%- endif %}
{%- if haproxy_extra %}

{{ haproxy_extra }}
{%- endif %}
{%- for backend in backends %}
{%- if backend.bind.size > 0 %}

frontend {{ backend.name }}
  mode {{ backend.mode }}
{%- for bind in backend.bind %}
  bind {{ bind }}
{%- endfor %}
  default_backend {{ backend.name }}
{%- endif %}

backend {{ backend.name }}
  mode {{ backend.mode }}
  balance {{ backend.balance }}
{%- if backend.http_check %}
  option httpchk
  http-check send meth GET uri {{ backend.http_check }}
{%- endif %}
{%- for line in backend.backend_options %}
  {{ line }}
{%- endfor %}
{%- for server in backend.servers %}
  server {{ server.name }} {{ server.address }} id {{ server.slot }}
    {%- if server.check %} check{% endif %}
    {%- if server.weight %} weight {{ server.weight }}{% endif %}
    {%- if server.maxconn %} maxconn {{ server.maxconn }}{% endif %}
    {%- if server.backup %} backup{% endif %}
    {%- if server.tls %} ssl verify {{ server.tls.verify }}
      {%- if server.tls.ca_file %} ca-file {{ server.tls.ca_file | haproxy }}{% endif %}
      {%- if server.tls.sni %} sni {{ server.tls.sni }}{% endif %}
      {%- if server.tls.alpn %} alpn {{ server.tls.alpn }}{% endif %}
      {%- if server.tls.cert_file %} crt {{ server.tls.cert_file | haproxy }}{% endif %}
    {%- endif %}
    {%- if server.options %} {{ server.options }}{% endif %}
{%- endfor %}
{%- endfor %}
`;
