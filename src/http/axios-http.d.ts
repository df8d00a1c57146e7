/** axios' own way to send a request from Node, without what it builds around it for its other users. */
declare module 'axios/lib/adapters/http.js' {
  import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';

  const send: (config: InternalAxiosRequestConfig) => Promise<AxiosResponse>;
  export default send;
}
